"""The laws: what must be true of the evidence, whatever faults there were. Breaches are told, not raised."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evidence import Evidence, Logged
from houses import CITY

NEVER = ("meant", "undone")
"""What a writer knows it has not committed."""
OPEN = ("failed", "waiting", "retry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One law that was broken."""

    law: str
    label: str
    told: str


def breaches(evidence: Evidence) -> list[Breach]:
    """All that is wrong, law by law."""
    laws = (
        nothing_is_lost,
        nothing_is_done_twice,
        order_is_kept,
        what_was_undone_is_not_seen,
        nothing_is_invented,
        the_record_is_true,
        the_marks_are_true,
        nothing_stays_aside,
    )
    return [breach for law in laws for breach in law(evidence)]


def nothing_is_lost(evidence: Evidence) -> Iterator[Breach]:
    """What was committed is in the outbox, on the log, and had its effect; questions are answered."""
    committed = {noted.label for noted in evidence.noted if noted.state == "committed"}
    said = {row.label for row in evidence.said}
    logged = {record.event_id for record in evidence.log}
    asked = {row.label for row in evidence.said if row.asks}
    rows = (*evidence.said, *evidence.answered)
    missing = {
        "committed, and not in the outbox": committed - said,
        "not on the log": {row.label for row in rows if row.event_id not in logged},
        "no effect": said - {effect.label for effect in evidence.effects},
        "no answer": asked - {row.label for row in evidence.answered},
    }
    for told, labels in missing.items():
        for label in sorted(labels):
            yield Breach(law="lost", label=label, told=told)


def nothing_is_done_twice(evidence: Evidence) -> Iterator[Breach]:
    """One event, one row of each kind."""
    kinds = {
        "effects": evidence.effects,
        "outbox rows": evidence.said,
        "answers": evidence.answered,
    }
    for kind, found in kinds.items():
        for label, count in Counter(each.label for each in found).items():
            if count > 1:
                yield Breach(law="twice", label=label, told=f"{count} {kind}")


def order_is_kept(evidence: Evidence) -> Iterator[Breach]:
    """Per subject, effects run 1, 2, 3 …, and so do the first occurrences on the log."""
    labels = {row.event_id: row.label for row in (*evidence.said, *evidence.answered)}
    numbers = {row.label: row.sequence for row in evidence.said}
    effects = [(each.key, numbers.get(each.label, 0), each.label) for each in evidence.effects]
    yield from _in_order("effects", effects)
    firsts: dict[str, Logged] = {}
    for record in evidence.log:
        firsts.setdefault(record.event_id, record)
    ours = [record for record in firsts.values() if record.event_id in labels]
    logged = [(f"{r.topic} {r.key}", r.sequence, labels[r.event_id]) for r in ours]
    yield from _in_order("log", logged)


def _in_order(where: str, found: Iterable[tuple[str, int, str]]) -> Iterator[Breach]:
    """Of each subject the numbers grow by one; a breach names the first that does not."""
    last: dict[str, int] = defaultdict(int)
    for key, number, label in found:
        if number != last[key] + 1:
            told = f"{where} of {key}: {number} comes after {last[key]}"
            yield Breach(law="order", label=label, told=told)
        last[key] = max(number, last[key])


def what_was_undone_is_not_seen(evidence: Evidence) -> Iterator[Breach]:
    """What was rolled back left nothing anywhere."""
    never = [noted for noted in evidence.noted if noted.state in NEVER]
    undone = {noted.label for noted in never}
    ids = {noted.event_id: noted.label for noted in never if noted.event_id}
    seen = {
        "in the outbox": {row.label for row in evidence.said},
        "on the log": {ids.get(record.event_id, "") for record in evidence.log},
        "as an effect": {effect.label for effect in evidence.effects},
        "answered": {row.label for row in evidence.answered},
    }
    for where, labels in seen.items():
        for label in sorted(undone & labels):
            yield Breach(law="rolled back", label=label, told=f"seen {where}")


def nothing_is_invented(evidence: Evidence) -> Iterator[Breach]:
    """Nothing is there that no writer has noted, and nothing of ours on the log without its record."""
    noted = {each.label for each in evidence.noted}
    kinds = {
        "effect": evidence.effects,
        "outbox row": evidence.said,
        "answer": evidence.answered,
    }
    for kind, found in kinds.items():
        for label in sorted({each.label for each in found} - noted):
            yield Breach(law="invented", label=label, told=f"an {kind} that nobody has noted")
    ours = {row.event_id for row in (*evidence.said, *evidence.answered)}
    ours |= {each.event_id for each in evidence.noted if each.state in NEVER}  # see the law before
    for record in evidence.log:
        if record.key.startswith(f"{CITY}/") and not record.foreign and record.event_id not in ours:
            yield Breach(law="invented", label="", told=f"in no outbox: {record}")


def the_record_is_true(evidence: Evidence) -> Iterator[Breach]:
    """Rows are numbered as their writers were told, without gaps, and none waits any more."""
    rows = {row.label: row for row in evidence.said}
    for noted in evidence.noted:
        row = rows.get(noted.label)
        told = (noted.event_id, noted.key, noted.sequence)
        if row and noted.event_id and told != (row.event_id, row.key, row.sequence):
            yield Breach(law="record", label=noted.label, told=f"its writer was told {told}")
    for row in (*evidence.said, *evidence.answered):
        if row.waits:
            yield Breach(law="record", label=row.label, told="it still waits for the relay")
    said = [(f"{row.topic} {row.key}", row.sequence, row.label) for row in evidence.said]
    yield from _in_order("outbox", said)


def the_marks_are_true(evidence: Evidence) -> Iterator[Breach]:
    """Where the relay takes its last record to lie, it lies."""
    places = {(r.topic, r.partition, r.offset): r for r in evidence.log}
    for mark in evidence.marks:
        record = places.get((mark.topic, mark.partition, mark.offset))
        if record is None or record.event_id != mark.event_id:
            yield Breach(law="marks", label="", told=f"{mark}, where {record} lies")


def nothing_stays_aside(evidence: Evidence) -> Iterator[Breach]:
    """What was mended has gone on; what is foreign, and nothing else, is set aside, and once."""
    foreign = Counter((r.topic, r.partition, r.offset) for r in evidence.log if r.foreign)
    aside = Counter(
        (each.topic, each.partition, each.offset)
        for each in evidence.parked
        if each.state == "undecodable"
    )
    for place in foreign.keys() | aside.keys():
        if foreign[place] != aside[place]:
            told = f"{place}: {foreign[place]} foreign records, set aside {aside[place]} times"
            yield Breach(law="aside", label="", told=told)
    for each in evidence.parked:
        if each.state in (*OPEN, "discarded"):
            yield Breach(law="aside", label="", told=f"still there: {each}")


def whereabouts(evidence: Evidence, label: str) -> list[str]:
    """Every trace of an event, for whoever looks for the reason."""
    rows = [row for row in (*evidence.said, *evidence.answered) if row.label == label]
    ids = {row.event_id for row in rows}
    noted = [each for each in evidence.noted if each.label == label]
    ids |= {each.event_id for each in noted if each.event_id}
    records = [record for record in evidence.log if record.event_id in ids]
    places = {(record.topic, record.partition, record.offset) for record in records}
    aside = [p for p in evidence.parked if (p.topic, p.partition, p.offset) in places]
    effects = [effect for effect in evidence.effects if effect.label == label]
    return [str(each) for each in (*noted, *rows, *records, *effects, *aside)]
