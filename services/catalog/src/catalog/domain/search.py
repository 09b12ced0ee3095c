"""How a question finds procedures and the pages of neighbours, and what lies near when nothing is found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias, get_args

from catalog.domain.everyday import Everyday, Lead
from catalog.domain.folding import fold, hard_words, pairs, without_okurigana
from catalog.domain.neighbour import NeighbourPage
from catalog.domain.procedure import Procedure

Kind: TypeAlias = Literal["procedure", "plan", "data", "notice"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SAID_BY: dict[str, Kind] = {
    "catalog": "procedure",
    "roadmap": "plan",
    "opendata": "data",
    "notify": "notice",
}
LONGEST = 100
"""So many characters of a question are looked at."""
NEAREST = 3
NEAR_ENOUGH = 1 / 3  # of the pairs of letters that were asked for


class Way(IntEnum):
    """How a word fits a thing, the best first."""

    SAME = 0
    NAME = 1
    OTHER_NAME = 2
    MEANT = 3
    PARTS = 4
    ABOUT = 5


class Fit(NamedTuple):
    """How a word fits; of two leads the one that the file names first fits better."""

    way: Way
    place: int = 0
    lead: Lead | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findable:
    """Something that can be found, with its words folded: one line for each name or text."""

    kind: Kind
    title: str
    note: str  # which sort of its kind it is; '' when it is of none
    page: str
    at: datetime | None  # when it was told; None: it stands, like a procedure
    day: date | None
    name: str
    other_names: str
    about: str
    kanji: str
    everything: str  # all of these words


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question: folded, its kanji alone, what it may mean (folded), its hard parts."""

    folded: str
    kanji: str
    meant: tuple[tuple[str, Lead], ...]
    parts: tuple[str, ...]
    signs: tuple[str, ...]
    """Whatever it fits has one of these; most things have none, and are passed over at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody looks for."""

    text: str  # as it was asked, without what cannot be printed
    cut: bool  # it was longer than is looked at
    words: tuple[Word, ...]  # none: nothing was asked, or only marks
    near: tuple[str, ...]  # what is often meant along with it, folded


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found, and the lead by which, if its own words are others."""

    thing: Findable
    lead: Lead | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What fits the question; when nothing does, what comes nearest."""

    hits: Sequence[Hit]
    nearest: Sequence[Findable]


def ask(text: str, everyday: Everyday) -> Question:
    """Understand a question, whatever was typed."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    asked = " ".join(printable.split())
    looked_at = asked[:LONGEST]
    words = (_word(each, everyday) for each in looked_at.split())
    near = {fold(lead.find) for lead in everyday.beside(looked_at)}
    return Question(
        text=looked_at,
        cut=len(asked) > LONGEST,
        words=tuple(word for word in words if word.folded),
        near=tuple(sorted(near)),
    )


def find(question: Question, things: Iterable[Findable]) -> Found:
    """All that fits every word, the best first; among equals procedures, then what is newest."""
    things = list(things)
    touched = (thing for thing in things if _touches(question, thing))
    fitting = [(fit, thing) for thing in touched if (fit := _fits(question, thing))]
    fitting.sort(key=lambda pair: (*_goodness(pair[0]), *_place(pair[1])))
    hits = [Hit(thing, fit.lead) for fit, thing in fitting]
    return Found(hits=hits, nearest=[] if hits else _nearest(question, things))


@lru_cache(maxsize=2_000)
def of_procedure(procedure: Procedure) -> Findable:
    """A procedure as it can be found."""
    other_names = [procedure.reading, procedure.plan_name or ""]
    about = [
        procedure.group,
        procedure.kind,
        procedure.summary or "",
        *(channel.label for channel in procedure.channels),
        *(need for channel in procedure.channels for need in channel.needed),
        *(law.name for law in procedure.laws),
    ]
    return Findable(
        kind="procedure",
        title=procedure.name,
        note=f"{procedure.group}の{procedure.kind}",
        page=procedure.page,
        at=None,
        day=None,
        **_folded(procedure.name, other_names, about),
    )


@lru_cache(maxsize=20_000)
def of_page(page: NeighbourPage) -> Findable:
    """A neighbour's page as it can be found."""
    return Findable(
        kind=SAID_BY[page.service],
        title=page.title,
        note="",
        page=page.page,
        at=page.at,
        day=page.day,
        **_folded(page.title, [], page.text.split("\n")),
    )


def _folded(name: str, other_names: Sequence[str], about: Sequence[str]) -> dict[str, str]:
    words = {
        "name": fold(name),
        "other_names": _lines(other_names),
        "about": _lines(about),
        "kanji": "\n".join(map(without_okurigana, [name, *other_names])),
    }
    return {**words, "everything": "\n".join(words.values())}


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(map(fold, texts))


def _word(text: str, everyday: Everyday) -> Word:
    meant = tuple((fold(lead.find), lead) for lead in everyday.meant(text))
    folded, kanji, parts = fold(text), without_okurigana(text), tuple(hard_words(text))
    signs = filter(None, (folded, kanji, *parts[:1], *(find for find, _ in meant)))
    return Word(folded, kanji, meant, parts, tuple(signs))


def _place(thing: Findable) -> tuple[int, float]:
    """Kind by kind, the newest first; what has no time stays in the order in which it came."""
    return KINDS.index(thing.kind), -thing.at.timestamp() if thing.at else 0


def _touches(question: Question, thing: Findable) -> bool:
    text = thing.everything
    return all(any(sign in text for sign in word.signs) for word in question.words)


def _fits(question: Question, thing: Findable) -> Fit | None:
    """How the word that fits worst fits; None when one does not, or nothing was asked."""
    best = [min(_ways(word, thing), default=None, key=_goodness) for word in question.words]
    fits = [fit for fit in best if fit]
    return max(fits, key=_goodness) if fits and len(fits) == len(best) else None


def _goodness(fit: Fit) -> tuple[Way, int]:
    return fit.way, fit.place


def _ways(word: Word, thing: Findable) -> Iterator[Fit]:
    text = thing.everything
    fits = {
        Way.SAME: word.folded == thing.name,
        Way.NAME: word.folded in thing.name or (word.kanji != "" and word.kanji in thing.kanji),
        Way.OTHER_NAME: word.folded in thing.other_names,
        Way.PARTS: word.parts != () and all(part in text for part in word.parts),
        Way.ABOUT: word.folded in thing.about,
    }
    yield from (Fit(way) for way, does in fits.items() if does)
    for place, (folded, lead) in enumerate(word.meant):
        if folded in text:
            yield Fit(Way.MEANT, place, lead)


def _nearest(question: Question, things: Sequence[Findable]) -> list[Findable]:
    wanted = {pair for word in question.words for part in word.parts for pair in pairs(part)}
    wanted = wanted or {pair for word in question.words for pair in pairs(word.folded)}
    shares = [(_share(wanted, question.near, thing), thing) for thing in things]
    least = max(NEAR_ENOUGH, max((share for share, _ in shares), default=0.0) / 2)
    near = [(share, thing) for share, thing in shares if share >= least]
    near.sort(key=lambda pair: (-pair[0], *_place(pair[1])))
    return [thing for _, thing in near[:NEAREST]]


def _share(wanted: set[str], near: Sequence[str], thing: Findable) -> float:
    """The part of the wanted pairs that it has; something often meant along is near in any case."""
    text = thing.everything
    held = sum(pair in text for pair in wanted) / len(wanted) if wanted else 0.0
    return max(held, NEAR_ENOUGH) if any(word in text for word in near) else held
