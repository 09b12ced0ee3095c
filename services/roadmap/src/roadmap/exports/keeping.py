"""Answers that were rendered, kept for as long as nothing was recorded since."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

MOST_BYTES = 32 * 1024 * 1024
"""So much is kept at most; what was asked for longest ago goes first."""
Version: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The bytes of an answer, and their name."""

    body: bytes
    etag: str

    @classmethod
    def of(cls, body: bytes) -> "Rendered":
        """Name bytes by what they are."""
        return cls(body, _name(body))

    @classmethod
    def joined(cls, frame: tuple[bytes, bytes], parts: Sequence["Rendered"]) -> "Rendered":
        """Parts in a frame, parted by commas, and named by their names: megabytes need not be hashed again."""
        before, after = frame
        body = b"".join((before, b",".join(part.body for part in parts), after))
        return cls(body, _name(b"".join((*frame, *(part.etag.encode() for part in parts)))))


def _name(said: bytes) -> str:
    return f'"{sha256(said).hexdigest()[:32]}"'


class Kept:
    """The answers of one process, all from the same version of the record.

    Whoever asks reads that version in the transaction in which it would read everything else. So a
    commit of any replica is seen at once, and no answer is older than the record that it was asked of.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._bytes = most_bytes, 0
        self._version: Version = ()
        self._answers = OrderedDict[Hashable, Rendered]()

    def find(self, version: Version, asked: Hashable) -> Rendered | None:
        """What was rendered of this version for the same question; None: nothing (any more)."""
        found = self._answers.get(asked) if version == self._version else None
        if found:
            self._answers.move_to_end(asked)
        return found

    def keep(self, version: Version, asked: Hashable, rendered: Rendered) -> Rendered:
        """Keep an answer; with a newer version all that was kept of the one before is dropped."""
        if version < self._version:
            return rendered
        if version > self._version:
            self._version, self._bytes = version, 0
            self._answers.clear()
        replaced = self._answers.pop(asked, None)
        self._answers[asked] = rendered
        self._bytes += len(rendered.body) - (len(replaced.body) if replaced else 0)
        while self._bytes > self._most:
            _, oldest = self._answers.popitem(last=False)
            self._bytes -= len(oldest.body)
        return rendered
