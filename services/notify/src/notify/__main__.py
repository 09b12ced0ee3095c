"""`python -m notify` runs the service; its commands prepare it."""

import argparse
import os
import secrets
import sys
from pathlib import Path

from notify.consumers import VIEWS
from notify.domain import NAMES, SIZE, key_file
from notify.settings import NoKeys, Settings
from process import commands


def main() -> int:
    """Run one command; 0 when it did what it should."""
    keys = commands.Own(
        help="make the file of keys that MACHI_NOTIFY_KEYS names, unless it is there",
        options=lambda parser: parser,
        do=_keys,
    )
    return commands.main("notify", VIEWS, start=_start, own={"keys": keys})


def _start() -> None:
    from notify import app  # noqa: PLC0415 the doors take seconds to load, and jobs need none

    app.main()


async def _keys(_: argparse.Namespace) -> int:
    """Make the keys once; whoever was first wins, so that two starts at once seal with the same."""
    named = Settings().notify_keys
    if not named:
        raise NoKeys
    path = Path(named)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(key_file(secrets.token_bytes(SIZE * len(NAMES))), encoding="utf-8")
    try:
        os.link(fresh, path)
    except FileExistsError:
        return commands.tell([f"{path} is there already; nothing was changed"])
    finally:
        fresh.unlink()
    return commands.tell([f"{path} was made: back it up; without it no address can be read"])


if __name__ == "__main__":
    sys.exit(main())
