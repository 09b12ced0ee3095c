"""Prints the part of requirements.lock that some members need, so that an image holds no more than that.

A member's pyproject.toml says what it names itself; the `# via` lines of the lock say what that
brings along. A package may be named in place of a member.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
ENTRY = re.compile(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"[A-Za-z0-9._-]+")
VIA = re.compile(r"^ +# +(?:via +)?([a-z0-9][\w.-]*)$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """One package of the lock, with its hashes, and who needs it."""

    name: str
    text: str
    via: frozenset[str]


class NotLocked(Exception):
    """A member names a package that the lock does not have."""

    def __str__(self) -> str:
        return f"requirements.lock lacks {', '.join(self.args)}: write it anew, see decision 3"


def main(members: list[str]) -> int:
    """Print it; 1 when the lock is older than what the members name."""
    try:
        found = needed(list(entries(LOCK.read_text(encoding="utf-8"))), set(named(members)))
    except NotLocked as lacking:
        sys.stderr.write(f"{lacking}\n")
        return 1
    sys.stdout.write("".join(entry.text for entry in found))
    return 0


def entries(lock: str) -> Iterator[Entry]:
    """The packages of a lock, in its order."""
    for text in ENTRY.findall(lock):
        yield Entry(_name(text), text, frozenset(VIA.findall(text)))


def needed(lock: list[Entry], wanted: set[str]) -> list[Entry]:
    """Those that are wanted, and what they bring along."""
    lacking = wanted - {entry.name for entry in lock}
    if lacking:
        raise NotLocked(*sorted(lacking))
    found = set(wanted)
    while more := {entry.name for entry in lock if entry.via & found} - found:
        found |= more
    return [entry for entry in lock if entry.name in found]


def named(members: Iterable[str]) -> Iterator[str]:
    """What the members name, our own left out; a name that is no folder is a package."""
    for member in members:
        settings = Path(member) / "pyproject.toml"
        if not settings.exists():
            yield _name(member)
            continue
        for line in tomllib.loads(settings.read_text(encoding="utf-8"))["project"]["dependencies"]:
            if not line.startswith("machi-"):
                yield _name(line)


def _name(text: str) -> str:
    found = NAME.match(text)
    assert found, text  # noqa: S101 - the lock and the members are our own files
    return found[0].lower().replace("_", "-")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
