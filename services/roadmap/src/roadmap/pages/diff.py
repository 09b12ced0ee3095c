"""The page that shows two moments side by side: days, instants, or versions of the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from roadmap import domain
from roadmap.pages.looking import AtDesk, Look, Moment, moment
from web import etags

router = APIRouter()

PARTS: tuple[tuple[str, tuple[domain.ChangeKind, ...]], ...] = (
    ("加わったもの", ("added",)),
    ("なくなったもの", ("removed",)),
    ("名前が変わったもの", ("renamed",)),
    ("場所が変わったもの", ("moved",)),
    ("そのほかの記載が変わったもの", ("reworded",)),
)
DATES = ("due", "actual")
"""What is told of the dates that are in force, not of those that the text states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPage:
    """Two pictures of the plan, and what differs."""

    moment: Moment
    """That of the later side."""
    other: Moment
    """That of the side before."""
    asked: tuple[str, str]
    """What each side was asked for; empty: a choice of ours."""
    revisions: Sequence[domain.Revision]
    changes: Sequence[domain.NodeChange]
    redatings: Sequence[domain.Redating]

    @property
    def comparable(self) -> bool:
        """Whether both sides have a text."""
        return all(side.picture.root is not None for side in (self.moment, self.other))

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return self.comparable and not (self.parts or self.redatings)

    @property
    def parts(self) -> list[tuple[str, list[domain.NodeChange]]]:
        """The differences of the text by what they are; kinds without any are left out."""
        told = [each for each in self.changes if not set(DATES) & set(each.fields)]
        found = [(title, [each for each in told if each.kind in kinds]) for title, kinds in PARTS]
        return [(title, those) for title, those in found if those]


@router.get("/plan/diff")
async def diff(
    request: Request,
    *,
    desk: AtDesk,
    look: Look,
    from_: Annotated[str, Query(alias="from")] = "",
    to: Annotated[str, Query()] = "",
) -> Response:
    """Two moments side by side; by default the version before, and the present."""
    now = desk.now()
    async with desk.read() as store:
        known = await store.plans.revisions(domain.LATEST)
        sides = [
            domain.moment_of(from_, known, now) if from_ else domain.before_newest(known, now),
            domain.moment_of(to, known, now) if to else domain.present(now),
        ]
        before, after = [await store.picture(side) for side in sides]
    both = before.root is not None and after.root is not None
    page = DiffPage(
        moment=moment(request, after, now),
        other=moment(request, before, now),
        asked=(from_, to),
        revisions=known,
        changes=domain.diff(before.nodes, after.nodes).changes if both else (),
        redatings=domain.redated(before, after) if both else (),
    )
    return etags.page(request, look.get_template("diff.html").render(page=page))
