"""Quiet: what a library says again and again while the broker is away is written now and then."""

import logging
import time

SECONDS = 10.0


class Quiet(logging.Filter):
    """Lets the same line of aiokafka pass once in ten seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """The words decide, not what is filled in; our own lines always pass."""
        line, now = (record.name, record.msg), time.monotonic()
        if not record.name.startswith("aiokafka"):
            return True
        passes = now - self._last.get(line, -SECONDS) >= SECONDS
        if passes:
            self._last[line] = now
        return passes
