"""`python -m opendata` runs the service; its commands prepare it."""

import sys

from opendata.consumers import VIEWS
from process import commands


def main() -> int:
    """Run one command; 0 when it did what it should."""
    return commands.main("opendata", VIEWS, start=_start, own={})


def _start() -> None:
    from opendata import app  # noqa: PLC0415 the doors take seconds to load, and jobs need none

    app.main()


if __name__ == "__main__":
    sys.exit(main())
