"""What it takes to subscribe: a wish, a confirmation, a choice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

EndpointState: TypeAlias = Literal["pending", "active", "suppressed"]

PAUSE = timedelta(minutes=10)
"""One mail in so long at most, to one address, because somebody has typed it into the form."""
CONFIRM_WITHIN = timedelta(hours=48)
PREFERENCES_LAST = timedelta(days=30)
FORGET_AFTER = timedelta(days=28)
"""So long after the last subscription has ended the address is kept, then it is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Somebody typed an address into the form; it is sealed already."""

    blind: bytes
    sealed: bytes
    topics: tuple[str, ...]
    token_hash: bytes
    sealed_token: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where mail goes: the address is sealed, and found by what it is blindly known by."""

    endpoint_id: int
    state: EndpointState
    blind: bytes
    sealed: bytes
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Somebody has asked; whoever reads the mail may confirm, once."""

    endpoint_id: int
    wanted: tuple[str, ...]
    expires_at: datetime
    used_at: datetime | None

    def lasts(self, now: datetime) -> bool:
        """Whether it may be used, or was, and its link still leads somewhere."""
        return now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """Somebody has chosen topics anew; none: all subscriptions end."""

    endpoint_id: int
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Somebody wants no more of what came with a notice."""

    endpoint_id: int
    notice_id: UUID
