"""Two moments side by side: days, instants, or versions of the plan by their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.values import Refusal
from roadmap.domain.asof import TOKYO, At, NotKnownYet, UnreadableMoment, present, read_at
from roadmap.domain.difference.answering import composed, turned
from roadmap.domain.difference.changes import NO_CHANGE, Answer, Diff
from roadmap.domain.difference.diffing import differing
from roadmap.domain.difference.redating import Redating, redated
from roadmap.domain.picture import Picture
from roadmap.domain.plan import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What two pictures differ in; nothing where they cannot be compared."""

    diff: Diff = NO_CHANGE
    redatings: Sequence[Redating] = ()
    because: str | None = None
    """Why they cannot be compared; None: they can."""

    @property
    def moved(self) -> bool:
        """Whether the plan itself, or a date in it, is another; a status changes as time passes."""
        return bool(self.diff.all) or any(each.kind != "status" for each in self.redatings)


def side_by_side(before: Picture, after: Picture, answers: Mapping[str, Sequence[Answer]]) -> Sides:
    """Compare two pictures, with what is on record for each revision of what became of what is gone."""
    because = _nothing_in(before) or _nothing_in(after)
    if because:
        return Sides(because=because)
    return Sides(
        diff=differing(before.text, after.text, _on_record(before, after, answers)),
        redatings=redated(before, after),
    )


def _nothing_in(picture: Picture) -> str | None:
    """Why a picture shows no plan; None: it shows one."""
    if picture.root:
        return None
    if picture.too_early:
        return "Nothing was known yet at one of the two moments."
    if picture.revision:
        name = picture.revision.revision_id
        return f"The text of {name} is not at hand, so nothing can be told of what changed."
    return f"No plan was in force on {picture.at.day}."


def _on_record(
    before: Picture, after: Picture, answers: Mapping[str, Sequence[Answer]]
) -> tuple[Answer, ...]:
    """The answers to the revisions between two pictures, whichever of the two is the older one."""
    there, back = (
        [answers.get(name, ()) for name in _only(one, other)]
        for one, other in ((before, after), (after, before))
    )
    if back and not there:
        return turned(composed(back, after.nodes, before.nodes))
    return composed(there, before.nodes, after.nodes)


def _only(one: Picture, other: Picture) -> list[str]:
    """The revisions that only the other knows, the first one first."""
    known = {each.revision_id for each in one.revisions}
    return [each.revision_id for each in reversed(other.revisions) if each.revision_id not in known]


class UnreadableSide(Refusal):
    """A side (`from`, `to`) is a day, month or year, an instant of the past, or the name of a revision: 2026-06-01, 2026-06-01T09:00:00+09:00, R8."""


def moment_of(words: str, known: Sequence[Revision], now: datetime, *, side: str = "from") -> At:
    """Read one side: R8 is its first day in force, an instant is meant on both clocks.

    Refuses what is no moment, and what cannot be known yet, with the revisions there are.
    """
    named = next((each for each in known if each.revision_id == words), None)
    if named:
        return _first_day(named)
    try:
        return _moment(words, now)
    except (UnreadableMoment, NotKnownYet):
        names = ", ".join(each.revision_id for each in known)
        detail = f"{side}={words[:100]}; revisions: {names}"
        raise UnreadableSide(detail) from None


def _moment(words: str, now: datetime) -> At:
    if "T" not in words:
        return read_at(words, None, now)
    instant = read_at(None, words, now)
    day = (instant.known or now).astimezone(TOKYO).date()
    return read_at(day.isoformat(), words, now)


def newest(known: Sequence[Revision], now: datetime) -> At:
    """The newest version, on its first day; the present, where there is none."""
    return _first_day(known[0]) if known else present(now)


def before_newest(known: Sequence[Revision], now: datetime) -> At:
    """The version before the newest; the present, where there is none before."""
    return _first_day(known[1]) if len(known) > 1 else present(now)


def _first_day(revision: Revision) -> At:
    day = revision.in_force_from
    return At(day=day, valid_asked=day.isoformat())
