"""The page that shows two moments side by side: days, instants, or versions of the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from pages import Link
from roadmap import domain
from roadmap.pages.differing import Group, groups, named
from roadmap.pages.looking import AtDesk, Look, Moment, moment
from roadmap.store import Store
from web import etags

router = APIRouter()

TITLES: dict[domain.ChangeKind, str] = {
    "moved": "動いたもの",
    "added": "加わったもの",
    "removed": "なくなったもの",
    "renamed": "名前が変わったもの",
    "split": "分かれたもの",
    "merged": "合わさったもの",
    "reworded": "そのほかの記載が変わったもの",
}
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
    sides: domain.Sides

    @property
    def comparable(self) -> bool:
        """Whether both sides have a text."""
        return self.sides.because is None

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return self.comparable and not (self.sides.diff.all or self.sides.redatings)

    @property
    def parts(self) -> list[tuple[str, Group]]:
        """The differences of the text by what they are; kinds without any are left out."""
        before, after = (each.picture.nodes for each in (self.other, self.moment))
        found = groups(self.sides.diff, before, after, without=DATES)
        return [(TITLES[group.kind], group) for group in found]

    @property
    def unanswered(self) -> list[str]:
        """What may live on under another id, for all that is on record."""
        known = {node.node_id: node for node in self.other.picture.nodes}
        return [named(known[each.gone]) for each in self.sides.diff.open]

    @property
    def pairs(self) -> list[Link]:
        """Each version with the one after it, and the newest one with the present."""
        names = [each.revision_id for each in reversed(self.revisions)]
        steps = [(f"{one} から {other} へ", one, other) for one, other in pairwise(names)]
        last = [(f"{one} から いま へ", one, "") for one in names[-1:]]
        return [
            Link(label, f"/plan/diff?{urlencode({'from': one, 'to': other})}")
            for label, one, other in (*steps, *last)
        ]


@router.get("/plan/diff")
async def diff(
    request: Request,
    *,
    desk: AtDesk,
    look: Look,
    from_: Annotated[str, Query(alias="from")] = "",
    to: Annotated[str, Query()] = "",
) -> Response:
    """Two moments side by side; by default the newest version, or the one before, and the present."""
    now = desk.now()
    async with desk.read() as store:
        known = await store.plans.revisions(domain.LATEST)
        answers = await store.plans.answers()
        later = domain.moment_of(to, known, now, side="to") if to else domain.present(now)
        after = await store.picture(later)
        likely = (
            [domain.moment_of(from_, known, now)]
            if from_
            else [domain.newest(after.revisions, now), domain.before_newest(after.revisions, now)]
        )
        before, sides = await _beside(after, likely, store=store, answers=answers)
    page = DiffPage(
        moment=moment(request, after, now),
        other=moment(request, before, now),
        asked=(from_, to),
        revisions=known,
        sides=sides,
    )
    return etags.page(request, look.get_template("diff.html").render(page=page))


async def _beside(
    after: domain.Picture,
    likely: Sequence[domain.At],
    *,
    store: Store,
    answers: Mapping[str, Sequence[domain.Answer]],
) -> tuple[domain.Picture, domain.Sides]:
    """The first of some moments from which something moved; the last where nothing did."""
    *first, last = likely
    for at in first:
        before = await store.picture(at)
        sides = domain.side_by_side(before, after, answers)
        if sides.moved:
            return before, sides
    before = await store.picture(last)
    return before, domain.side_by_side(before, after, answers)
