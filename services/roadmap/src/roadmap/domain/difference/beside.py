"""In what two texts of a plan differ beside their trees: targets, readings, facts, what is left unsaid."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import TypeAlias, cast

from contracts.values import PartialDate
from roadmap.domain.difference.changes import ChangeKind, Extra, ExtraChange, What
from roadmap.domain.extras import Indicator, Target
from roadmap.domain.plan import Text
from roadmap.domain.statements import Dated, Source

_Key: TypeAlias = tuple[object, ...]
_Names: TypeAlias = Mapping[str, str]

PARTS: tuple[tuple[What, str, str, str], ...] = (
    ("fact", "facts", "fact_id", "label"),
    ("body", "bodies", "body_id", "name"),
    ("contradiction", "contradictions", "contradiction_id", "what"),
    ("silence", "silences", "silence_id", "label"),
)
"""What has an id of its own: where it stands in the extras, its id, and what it is called."""
UNDATED = "undated"
NAMES = frozenset({"label", "name", "title"})
NUMBERS = frozenset({"target", "value", "date", "columns"})
"""What is reckoned with: another number or date has moved, another way to say it is reworded."""
NODES = frozenset({"about", "node_id", "needs"})
PLACES = frozenset({"lines", "sha256"})
"""Where something stands in the text is no change: every revision has lines of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One thing beside the tree, by what it is found again in another text."""

    what: What
    extra_id: str
    label: str
    extra: Extra
    key: _Key = ()


def beside(before: Text, after: Text, became: _Names) -> Iterator[ExtraChange]:
    """What differs beside the tree; `became` tells which ids of nodes are only another name."""
    old, new = _found(before, became), _found(after, {})
    alone = (
        *(_change("removed", entry, None) for key, entry in old.items() if key not in new),
        *(_change("added", None, entry) for key, entry in new.items() if key not in old),
    )
    yield from (each for each in alone if each.what != "revision")
    for key, entry in new.items():
        if key in old:
            one = _Side(old[key].extra, before.title, became)
            yield from _compared(old[key], entry, one.differs(_Side(entry.extra, after.title, {})))


def _found(text: Text, became: _Names) -> dict[_Key, _Entry]:
    """Each thing by its key; of two readings that say they are the same one, the second is another.

    Where the text is not at hand, what it says beside its tree is not known either.
    """
    found: dict[_Key, _Entry] = {}
    times: defaultdict[_Key, int] = defaultdict(int)
    for entry in _entries(text, became) if text.at_hand else ():
        key = (entry.what, entry.extra_id, *entry.key)
        times[key] += 1
        found[*key, times[key]] = entry
    return found


def _entries(text: Text, became: _Names) -> Iterator[_Entry]:
    yield _Entry(what="revision", extra_id="text", label=text.title or "", extra=text.heading)
    for what, those, own_id, name in PARTS:
        for extra in getattr(text.extras, those):
            own, label = getattr(extra, own_id), getattr(extra, name)
            yield _Entry(what=what, extra_id=own, label=label, extra=extra)
    for indicator in text.extras.indicators:
        yield from _measured(indicator, text.title)
    labels = {node.node_id: node.label for node in text.nodes}
    for needed in text.extras.dependencies:
        ends = [needed.node_id, needed.needs]
        yield _Entry(
            what="dependency",
            extra_id=":".join(became.get(end, end) for end in ends),
            label=" ← ".join(labels.get(end, end) for end in ends),
            extra=needed,
        )


def _measured(indicator: Indicator, title: str | None) -> Iterator[_Entry]:
    """An indicator and its readings; one of another definition or source is another reading."""
    own, label = indicator.indicator_id, indicator.label
    yield _Entry(what="indicator", extra_id=own, label=label, extra=indicator)
    for reading in indicator.readings:
        day = reading.as_of.value.edtf if reading.as_of else UNDATED
        source = reading.source.title if reading.source else None
        yield _Entry(
            what="reading",
            extra_id=f"{own}@{day}",
            label=label,
            extra=reading,
            key=(indicator.version, None if source == title else source),
        )


def _compared(one: _Entry, other: _Entry, differing: Sequence[str]) -> Iterator[ExtraChange]:
    """The changes of one thing, a kind at a time."""
    by_kind: defaultdict[ChangeKind, list[str]] = defaultdict(list)
    for name in differing:
        by_kind[_kind(name, one.extra, other.extra)].append(name)
    for kind, names in by_kind.items():
        yield _change(kind, one, other, *names)


def _kind(name: str, one: Extra, other: Extra) -> ChangeKind:
    if name in NAMES:
        return "renamed"
    old, new = (_number(getattr(each, name)) for each in (one, other))
    if name not in NUMBERS or old == new:
        return "reworded"
    if old is None:
        return "added"
    return "removed" if new is None else "moved"


def _number(value: object) -> object:
    """What is reckoned with, however it is said."""
    if isinstance(value, Target):
        return value.value, value.due.value and value.due.value.edtf
    return value.value.edtf if isinstance(value, Dated) else value


@dataclass(frozen=True, slots=True)
class _Side:
    """Something that one of the two texts says."""

    extra: Extra
    title: str | None
    """Of its text."""
    became: _Names

    def differs(self, other: "_Side") -> list[str]:
        """Which of its fields say something else; that a text has another title is no change of what it says itself."""
        own, theirs = self.plain(self.title), other.plain(other.title)
        as_written, theirs_as_written = self.plain(None), other.plain(None)
        return [
            name
            for name in own
            if own[name] != theirs[name] and as_written[name] != theirs_as_written[name]
        ]

    def plain(self, title: str | None) -> dict[str, object]:
        """What it says, without where it stands; an indicator without its readings."""
        skipped = PLACES | {"readings"}
        told = {
            f.name: getattr(self.extra, f.name) for f in fields(self.extra) if f.name not in skipped
        }
        return {
            name: _renamed(value, self.became) if name in NODES else _value(value, title)
            for name, value in told.items()
        }


def _renamed(ids: object, became: _Names) -> object:
    """Ids of nodes as they are called in the later text."""
    if isinstance(ids, tuple):
        return [became.get(each, each) for each in cast("tuple[str, ...]", ids)]
    return became.get(ids, ids) if isinstance(ids, str) else ids


def _value(value: object, own: str | None) -> object:
    """A value that can be compared; the title of the plan's own text counts as none."""
    if isinstance(value, PartialDate):
        return value.edtf, value.qualifier
    if isinstance(value, tuple):
        return [_value(each, own) for each in cast("tuple[object, ...]", value)]
    if not is_dataclass(value):
        return value
    told = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in PLACES}
    if isinstance(value, Source) and value.title == own:
        told["title"] = None
    return {name: _value(each, own) for name, each in told.items()}


def _change(kind: ChangeKind, one: _Entry | None, other: _Entry | None, *names: str) -> ExtraChange:
    (entry, *_) = filter(None, (other, one))
    return ExtraChange(
        kind=kind,
        what=entry.what,
        extra_id=entry.extra_id,
        label=entry.label,
        before=one.extra if one else None,
        after=other.extra if other else None,
        fields=names,
    )
