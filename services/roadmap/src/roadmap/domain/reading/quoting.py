"""Whether what is quoted from a plan stands at the lines that are named."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from contracts.values import Refusal
from roadmap.domain.plan import Node, Plan
from roadmap.domain.statements import Dated, Mark, Quote, Statement, folded

WRAP = 3  # lines after those named into which a string may wrap; some of them are empty
_PARTS = re.compile("[「」『』…]+")
_RANGE = re.compile("([0-9]+)(?:-([0-9]+))?")
_WORD_AFTER_DATE = re.compile("(から|より|まで|以降)$")


class OtherText(Refusal):
    """The text is not the one whose lines the plan names: its hash is another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misquote:
    """Words that do not stand at their lines; `of` is the id of what they are quoted for."""

    of: str
    words: str
    lines: str


@dataclass(frozen=True, slots=True)
class _Quoted:
    of: str
    words: str
    mark: Mark
    lines: str | None


def check_lines(plan: Plan, text: str) -> tuple[Misquote, ...]:
    """What is marked S and not in its lines, or R and not made of their characters.

    Widths, spaces and line breaks count nothing; lines are counted from 1 and parted by a line
    feed alone. Each of the places named must hold some of the words, and each part of the words
    must be in one of the places. Refuses a text with another hash than the plan names.
    """
    wanted = plan.revision.source.sha256
    if wanted and sha256(text.encode()).hexdigest() != wanted:
        raise OtherText(plan.revision.source.title)
    lines = [folded(line) for line in text.split("\n")]
    return tuple(
        Misquote(of=quoted.of, words=quoted.words, lines=quoted.lines)
        for quoted in _all_quoted(plan)
        if quoted.lines and not _stands(quoted, _places(quoted.lines, lines))
    )


def _stands(quoted: _Quoted, places: Sequence[str]) -> bool:
    parts = [folded(part) for part in _PARTS.split(quoted.words) if folded(part)]
    if quoted.mark == "R":
        return Counter("".join(parts)) <= Counter("".join(places))
    if quoted.mark != "S":
        return True
    each_place = all(any(part in place for part in parts) for place in places)
    return each_place and all(any(part in place for place in places) for part in parts)


def _places(named: str, lines: Sequence[str]) -> list[str]:
    """The text of each stretch of lines, with those into which it may wrap."""
    return [
        "".join(lines[int(first) - 1 : int(last or first) + WRAP])
        for first, last in _RANGE.findall(named)
    ]


def _all_quoted(plan: Plan) -> Iterator[_Quoted]:
    for node in plan.nodes:
        yield from _of_node(node)
    revision, extras = plan.revision, plan.extras
    yield from _quotes("revision", *filter(None, (revision.change, revision.reason)))
    for body in extras.bodies:
        yield _Quoted(body.body_id, body.name, body.mark, body.lines)
        yield from _quotes(body.body_id, *filter(None, (body.role,)))
    for fact in extras.facts:
        yield from _quotes(fact.fact_id, *fact.quotes)
        yield from _dates(fact.fact_id, fact.date)
    for indicator in extras.indicators:
        for reading in indicator.readings:
            words = str(reading.value)
            yield _Quoted(indicator.indicator_id, words, reading.mark, reading.lines)
            yield from _dates(indicator.indicator_id, reading.as_of)


def _of_node(node: Node) -> Iterator[_Quoted]:
    if node.kind != "milestone":  # its label is ours; its mark and lines are its date's
        yield _Quoted(node.node_id, node.label, node.mark, node.lines)
    yield from _dates(node.node_id, *node.statements)
    yield from _quotes(node.node_id, *node.current, *node.direction)


def _quotes(of: str, *quotes: Quote) -> Iterator[_Quoted]:
    for quote in quotes:
        yield _Quoted(of, quote.text, quote.mark, quote.lines)


def _dates(of: str, *dates: Statement | Dated | None) -> Iterator[_Quoted]:
    for date in dates:
        if date and date.value and date.value.original:
            words = _WORD_AFTER_DATE.sub("", folded(date.value.original))
            yield _Quoted(of, words, date.mark, date.lines)
