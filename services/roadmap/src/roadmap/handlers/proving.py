"""What we do when somebody doubts the change log: follow it whole, and take a text out of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from roadmap.domain import Head, Verified, beyond, misfit, verify
from roadmap.domain.chain import End, Wrong
from roadmap.exports.tables import texts
from roadmap.store import Store

PAGE = 1_000  # rows that are read at once
FEW = 3  # characters: a shorter word stands in many others


@dataclass(frozen=True, slots=True, kw_only=True)
class Blanked:
    """What came of taking a text out."""

    left: Mapping[str, Sequence[str]]
    """Where each of its words is left; a person has to say which of them name somebody."""
    forgotten: Sequence[UUID]
    """Tables that waited and had such words; whoever sent one has to send it again."""


async def prove(store: Store, kept: Sequence[Head] = ()) -> Verified:
    """Follow the chain from its first row to its last; the first that does not hold is named."""
    end, verified = await store.log.end(), Verified()
    heads = [*([end.head] if end else []), *kept]
    while not verified.wrong and (page := await store.log.after(verified.head.seq, PAGE)):
        verified = verify(page, heads, verified)
    wrong = verified.wrong or beyond(verified.head, heads) or _misfit(verified, end)
    return replace(verified, wrong=wrong)


def _misfit(verified: Verified, end: End | None) -> Wrong | None:
    if end is None:
        return Wrong(verified.head.seq, "may be the last one or not: what is kept beside is gone")
    return misfit(verified, end)


async def blank(seq: int, store: Store) -> Blanked | None:
    """Take out what a row told, also of tables that were sent. None: it tells nothing."""
    words = await store.log.sought(seq)
    sent = await store.imports.tables() if words else {}
    forgotten = [number for number, file in sent.items() if _stand_in(words, texts(file))]
    if words:
        await store.imports.forget_tables(forgotten)
    if not await store.log.blank(seq):
        return None
    return Blanked(left=await store.log.left_of(words), forgotten=forgotten)


def _stand_in(words: Sequence[str], said: Iterable[str]) -> bool:
    """Whether one of these words stands in one of these texts; a short one alone."""
    return any(
        word == text or (len(word) >= FEW and word in text) for text in said for word in words
    )
