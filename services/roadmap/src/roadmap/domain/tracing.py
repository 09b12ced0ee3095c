"""What the record tells of a node itself: how often it changed, and when it did so last."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How a node came to be as it is; by what was known at a moment, so it never changes afterwards."""

    changes: int
    """How often something was recorded about it after the first time."""
    changed: datetime
    """When it was so the last time."""
