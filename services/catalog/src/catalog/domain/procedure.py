"""What a procedure is, what makes its next version, and what nobody has confirmed of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

from catalog.domain.sourced import Sourced
from catalog.domain.ways import Channel
from contracts.values import Refusal

State: TypeAlias = Literal["draft", "published", "withdrawn"]
Kind: TypeAlias = Literal["届出", "申請", "請求", "申出", "連絡", "交付"]
Match: TypeAlias = Literal["exact", "part", "broader", "probable"]
Group: TypeAlias = Literal["子育て", "介護", "被災者支援", "引っ越し", "選挙", "証明書"]
GROUPS: tuple[Group, ...] = get_args(Group)
"""In the order of the plan, the certificates last."""


class UnknownProcedure(Refusal):
    """There is no such procedure in the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLink:
    """Where a procedure stands in the city's plan."""

    no: int | None  # 1 to 29; two procedures share 28
    initiative: str
    milestone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law and the article a procedure rests on."""

    name: str
    law_no: str | None
    article: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalRef:
    """A row of the national survey of procedures; one row of several is a `part`."""

    national_id: str
    match: Match
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One thing a person files, as far as it is known."""

    procedure_id: str
    version: int = 0
    state: State = "draft"
    name: str
    plan_name: str | None  # the plan's wording, its slips kept
    reading: str
    summary: str | None
    kind: Kind
    group: Group
    plan: PlanLink | None
    laws: tuple[Law, ...]
    national: tuple[NationalRef, ...]
    life_events: tuple[str, ...]
    channels: tuple[Channel, ...]
    fee: str | None
    superseded_by: str | None
    sources: tuple[Sourced, ...]

    @property
    def page(self) -> str:
        """The page for people, behind the gateway."""
        return f"/procedures/{self.procedure_id}"

    @property
    def not_confirmed(self) -> list[str]:
        """Names of the facts that are missing, or whose source nobody confirmed for this city."""
        fee = ["fee"] if self.fee is None else []
        doubtful = [one.field for one in self.sources if one.confidence == "unverified"]
        unopened = [f"{way.channel_id}.since" for way in self.channels if way.since is None]
        return fee + doubtful + unopened


def same_content(old: Procedure, new: Procedure) -> bool:
    """Whether nothing differs but version and state, so that there is nothing to say."""
    return old == replace(new, version=old.version, state=old.state)


def publish(draft: Procedure, *, after: Procedure | None) -> Procedure:
    """Make the version that follows `after`; without one, the first."""
    return replace(draft, version=after.version + 1 if after else 1, state="published")


def in_groups(procedures: Iterable[Procedure]) -> dict[Group, list[Procedure]]:
    """Sort for reading: groups in the plan's order, each by number, then by reading."""
    grouped: dict[Group, list[Procedure]] = {group: [] for group in GROUPS}
    for procedure in sorted(procedures, key=_place):
        grouped[procedure.group].append(procedure)
    return grouped


def _place(procedure: Procedure) -> tuple[bool, int, str]:
    no = procedure.plan.no if procedure.plan else None
    return no is None, no or 0, procedure.reading
