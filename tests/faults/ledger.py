"""The ledger: what a writer notes for itself about each event, whatever becomes of everything else."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

State = Literal["meant", "said", "committed", "undone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An event as its writer knows it, by a label that no other event carries."""

    state: State
    """Meant and undone: it was never committed. Said: nobody knows. Committed: it was."""
    label: str
    key: str
    event_id: str = ""
    sequence: int = 0


class Ledger:
    """A file of lines, each written at once: it is there even when the writer dies with the next."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, events: Iterable[Noted]) -> None:
        """Write down what is known of them now."""
        lines = [
            f"{each.state}\t{each.label}\t{each.key}\t{each.event_id}\t{each.sequence}\n"
            for each in events
        ]
        os.write(self._file, "".join(lines).encode())


def read(folder: Path) -> list[Noted]:
    """The last that was noted of each event, by all."""
    ledgers = folder.glob("*.ledger")
    last = {noted.label: noted for path in ledgers for noted in _lines(path.read_bytes())}
    return list(last.values())


class Progress:
    """How many events were committed, by the ledgers; each look reads only what is new."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}
        self._count = 0

    def count(self) -> int:
        """As many as were noted by now."""
        for path in self._folder.glob("*.ledger"):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                news = file.read()
            whole = news[: news.rfind(b"\n") + 1]
            self._read[path] = self._read.get(path, 0) + len(whole)
            self._count += sum(line.startswith(b"committed\t") for line in whole.splitlines())
        return self._count


def _lines(text: bytes) -> Iterator[Noted]:
    for line in text.decode().splitlines():
        state, label, key, event_id, sequence = line.split("\t")
        yield Noted(
            state=cast("State", state),
            label=label,
            key=key,
            event_id=event_id,
            sequence=int(sequence),
        )
