"""What is news in a file of procedures, over what is published already."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.domain.procedure import Procedure, publish, same_content
from contracts.values import Refusal


class OtherCity(Refusal):
    """The procedures are those of another municipality than the one this service works for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What a file states: whose procedures they are, and each of them as a draft."""

    municipality: str
    drafts: tuple[Procedure, ...]


def news(catalogue: Catalogue, known: Mapping[str, Procedure]) -> list[Procedure]:
    """The procedures that are new or changed, each as its next version, given what is known."""
    pairs = [(draft, known.get(draft.procedure_id)) for draft in catalogue.drafts]
    return [
        publish(draft, after=before)
        for draft, before in pairs
        if before is None or not same_content(before, draft)
    ]
