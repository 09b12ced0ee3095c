"""A clock that a test moves on."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True)
class Clock:
    """It stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def pass_by(self, time: timedelta) -> None:
        """Let so much time pass."""
        self.now += time
