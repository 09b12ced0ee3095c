"""The sources of the plan and of the observations, for machines."""

from typing import Self

from fastapi import APIRouter, Request, Response

from roadmap import domain
from roadmap.api.asking import (
    Answer,
    AskedAt,
    AsOfAnswer,
    AtDesk,
    DatedAnswer,
    answered,
)

router = APIRouter()


class SourceAnswer(Answer):
    """A document that was read, or an outside source; title, url and sha256 together tell it from others."""

    title: str
    url: str | None
    """null: no address is known."""
    licence: str | None
    """null: no licence is known; then none may be assumed."""
    sha256: str | None
    """Of the text to which the lines belong; null: it is not at hand."""
    publisher: str | None
    statements: int
    """How many dates in force, values of indicators and dependencies cite it; 0: it is only named."""
    marks: dict[str, int]
    """The same by mark: S stated, R reconstructed, I inferred, N not in the text, X external."""

    @classmethod
    def of(cls, cited: domain.Cited) -> Self:
        """What is answered of a source; nobody has recorded a licence yet."""
        shared = ("title", "url", "sha256", "publisher", "statements", "marks")
        return cls(licence=None, **{name: getattr(cited, name) for name in shared})


class SourcesAnswer(DatedAnswer):
    """All sources, by title."""

    sources: list[SourceAnswer]


@router.get("/sources", response_model=SourcesAnswer)
async def sources(request: Request, *, desk: AtDesk, at: AskedAt) -> Response:
    """What the plan and the observations rest on."""
    async with desk.read() as store:
        picture = await store.picture(at)
        told = await store.trees.told([node.node_id for node in picture.nodes], at)
    in_force = [row for row in told if row.holds_on(at.day)]
    found = domain.cited(picture.revisions, picture.extras, in_force)
    as_of = AsOfAnswer.at(at, list(picture.revisions), picture.earliest)
    answers = [SourceAnswer.of(each) for each in found]
    return answered(request, SourcesAnswer(as_of=as_of, sources=answers), at)
