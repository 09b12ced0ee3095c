"""What roadmap hears, and which handler hears it: nothing yet."""

from typing import Any

from chassis.hears import Line

HEARS: list[Line[Any]] = []
