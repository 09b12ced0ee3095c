"""What opendata hears, and which handler hears it: nothing yet."""

from typing import Any

from chassis.hears import Line
from opendata.store import Store
from tending.rebuild import Views

HEARS: list[Line[Any]] = []

VIEWS = Views(hears=HEARS, tables=(), store=Store)
"""What `rebuild` makes again from the log."""
