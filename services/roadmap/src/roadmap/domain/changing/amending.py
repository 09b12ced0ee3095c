"""What a change of dates does to the record, whatever changes them: rows end and begin, none is overwritten."""

from dataclasses import dataclass
from datetime import date

from contracts.values import PartialDate, Refusal
from roadmap.domain.assertions import Assertion

FURTHEST_YEARS = 30
"""So many years ahead a date may lie; the plan itself has eight."""


class TooFarAhead(Refusal):
    """The new date is further ahead than any plan looks: more likely a slip of the pen, and it would be told at once."""


class NoFirstDay(Refusal):
    """The date must have a first day, so that it is known since when it holds."""


class OutOfThePlan(Refusal):
    """A revision of the plan left the milestone out, so its date cannot change."""


class NoReasonForNoDate(Refusal):
    """A milestone is left without a date only with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What a change of dates does to the record: a row whose recorded time ends, and rows that begin."""

    closed: Assertion | None
    begun: tuple[Assertion, ...]  # in the order of their days, the new statement last
    why: str | None = None  # nothing begins, for the closed one was never so

    @property
    def opened(self) -> Assertion | None:
        """The statement that was made; None: one was only taken back."""
        return self.begun[-1] if self.begun else None

    @property
    def overtaken(self) -> bool:
        """Whether a promise ends that held on no day: what takes its place begins no later."""
        revised = self.closed and self.closed.attr == "due" and self.opened
        return bool(revised and len(self.begun) == 1 and not self.begun[0].corrects)


def replacing(old: Assertion, opened: Assertion) -> Amendment:
    """The old value holds until the new one does; if that is no day at all, it held never."""
    day = opened.valid.since
    kept = (old.ending(day),) if old.valid.since < day else ()
    return Amendment(closed=old, begun=(*kept, opened))


def refuse_too_far(value: PartialDate | None, since: date) -> None:
    """Refuse a date that no plan reaches, by its last day where it has one."""
    last = (value.hi or value.lo) if value else None
    if value and last and last.year > since.year + FURTHEST_YEARS:
        raise TooFarAhead(value.edtf)


def refuse_no_beginning(value: PartialDate | None) -> None:
    """Refuse to promise a span without a first day, but where the words say that only its end counts."""
    if value and value.lo is None and "まで" not in (value.qualifier or "").split():
        raise NoFirstDay(value.edtf)
