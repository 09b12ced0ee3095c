"""What becomes of a delivery: outcomes, states, and when it is tried again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal, TypeAlias
from uuid import UUID

from notify.domain.notices import Notice
from notify.domain.subscribing import Endpoint

Kind: TypeAlias = Literal["confirmation", "preferences", "notice"]
State: TypeAlias = Literal[
    "queued",
    "leased",
    "attempting",
    "accepted",
    "refused",
    "uncertain",
    "dead",
    "expired",
    "suppressed",
]
PROMPT, BULK = 1, 2
"""Lanes: a person waits for the first; kept in rows, so other numbers would mix them."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The next machine took it; whether somebody read it we do not know."""

    why: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Certainly not taken, perhaps later."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not taken, for good."""

    why: str
    no_such_box: bool = False
    """The address itself is refused: nothing more is sent there."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """It may have been taken or not: the connection ended before the answer."""

    why: str


@dataclass(frozen=True, slots=True)
class Impossible:
    """Our own fault: it cannot even be written."""

    why: str


Outcome: TypeAlias = Accepted | Deferred | Refused | Doubtful | Impossible


@dataclass(frozen=True, slots=True)
class Pace:
    """How often something is tried again."""

    first: timedelta
    factor: float
    longest: timedelta
    tries: int
    doubts: int
    """So often it may be in doubt; then it is left so, rather than sent twice again."""
    after_doubt: timedelta

    def wait(self, tries: int) -> timedelta:
        """How long after so many tries."""
        return min(self.first * self.factor ** min(tries - 1, 64), self.longest)


PACES = {
    PROMPT: Pace(timedelta(seconds=15), 2, timedelta(minutes=5), 600, 5, timedelta(seconds=15)),
    BULK: Pace(timedelta(minutes=5), 1.3, timedelta(days=1), 22, 1, timedelta(minutes=10)),
}
JITTER = 0.2
_ENDS: dict[type[Outcome], State] = {Accepted: "accepted", Refused: "refused", Impossible: "dead"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One thing to one endpoint, as its row stands."""

    delivery_id: UUID
    kind: Kind
    endpoint_id: int
    notice_id: UUID | None
    lane: int
    attempts: int
    doubts: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand with a delivery, the moment before it is tried."""

    delivery: Delivery
    lease: UUID
    """Whose it is at the moment."""
    endpoint: Endpoint | None
    """Where it goes; None: it is forgotten."""
    notice: Notice | None
    """What it tells; None: it is a letter."""
    wanted: bool
    """Whether somebody there still subscribes to what it is about."""
    sealed_token: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next state of a delivery."""

    state: State
    why: str
    doubts: int
    due_at: datetime | None = None


def delivery_of(seed: bytes) -> UUID:
    """The id of a letter that is no notice, derived from what it belongs to."""
    return UUID(bytes=sha256(seed).digest()[:16])


def obstacle(standing: Standing, now: datetime) -> State | None:
    """Why it must not be sent any more; None: nothing is in the way."""
    delivery, notice = standing.delivery, standing.notice
    if delivery.expires_at <= now or (notice and not notice.holds(now)):
        return "expired"
    if standing.endpoint is None or standing.endpoint.state == "suppressed":
        return "suppressed"
    told = standing.endpoint.state == "active" and standing.wanted
    return None if delivery.kind != "notice" or told else "suppressed"


def after(outcome: Outcome, delivery: Delivery, *, now: datetime, luck: float) -> Step:
    """What follows from an outcome; `luck`, between 0 and 1, keeps retries from coming all at once."""
    pace = PACES[delivery.lane]
    match outcome:
        case Deferred(why):
            wait = pace.wait(delivery.attempts) * (1 + JITTER * (2 * luck - 1))
            return _again(delivery, why, due_at=now + wait)
        case Doubtful(why):
            doubted = replace(delivery, doubts=delivery.doubts + 1)
            if doubted.doubts > pace.doubts:
                return Step(state="uncertain", why=why, doubts=doubted.doubts)
            return _again(doubted, why, due_at=now + pace.after_doubt)
        case _:
            return Step(state=_ENDS[type(outcome)], why=outcome.why, doubts=delivery.doubts)


def _again(delivery: Delivery, why: str, *, due_at: datetime) -> Step:
    doubts = delivery.doubts
    if delivery.attempts >= PACES[delivery.lane].tries:
        return Step(state="dead", why=why, doubts=doubts)
    if due_at >= delivery.expires_at:
        return Step(state="uncertain" if doubts else "expired", why=why, doubts=doubts)
    return Step(state="queued", why=why, doubts=doubts, due_at=due_at)
