"""The laws must be able to find something: evidence made up, with one thing wrong in each."""

from dataclasses import replace
from uuid import UUID

from evidence import Effect, Evidence, Logged, Mark, Parked, Row
from laws import breaches, whereabouts
from ledger import Noted

NOTICES, ANSWERS = "machi.notify.v1", "machi.opendata.v1"
TAMAURA, HONCHO = "042111/玉浦", "042111/本町"
PLACES = {TAMAURA: 0, HONCHO: 1}
"""Two subjects and their partitions."""


def said(key: str, sequence: int, *, asks: bool = False) -> Row:
    """A row whose label tells what it is."""
    place = PLACES[key]
    return Row(
        topic=NOTICES,
        key=key,
        sequence=sequence,
        event_id=str(UUID(int=100 * place + sequence)),
        label=f"{key}-{sequence}",
        asks=asks,
    )


ROWS = [said(TAMAURA, 1), said(HONCHO, 1), said(TAMAURA, 2), said(TAMAURA, 3, asks=True)]
ANSWER = replace(ROWS[3], topic=ANSWERS, sequence=1, event_id=str(UUID(int=900)))
UNDONE = Noted(state="undone", label="撤回", key=TAMAURA, event_id=str(UUID(int=800)), sequence=3)


def noted(row: Row, state: str = "committed") -> Noted:
    """What its writer has noted."""
    return Noted(
        state=state,  # pyright: ignore[reportArgumentType]
        label=row.label,
        key=row.key,
        event_id=row.event_id,
        sequence=row.sequence,
    )


def logged(row: Row, offset: int | None = None) -> Logged:
    """Its record; unless told, its offset is one less than its number."""
    return Logged(
        topic=row.topic,
        partition=PLACES[row.key],
        offset=row.sequence - 1 if offset is None else offset,
        key=row.key,
        sequence=row.sequence,
        event_id=row.event_id,
    )


def effect(row: Row, number: int) -> Effect:
    """What a handler wrote because of it."""
    return Effect(number=number, key=row.key, label=row.label, by="consumer-1")


GOOD = Evidence(
    noted=[*(noted(row) for row in ROWS), UNDONE],
    said=ROWS,
    answered=[ANSWER],
    log=[logged(row) for row in (*ROWS, ANSWER)],
    marks=[Mark(topic=NOTICES, partition=0, offset=2, event_id=ROWS[3].event_id)],
    effects=[effect(row, number) for number, row in enumerate(ROWS, 1)],
    parked=[],
)


def laws_broken(evidence: Evidence) -> set[tuple[str, str]]:
    return {(breach.law, breach.label) for breach in breaches(evidence)}


def test_where_all_is_well_nothing_is_found():
    assert breaches(GOOD) == []


def test_a_copy_of_a_record_breaks_no_law():
    copied = [*GOOD.log, logged(ROWS[1], 7), logged(ROWS[0], 8)]

    assert breaches(replace(GOOD, log=copied)) == []


def test_a_committed_event_that_the_database_forgot_is_lost():
    forgotten = noted(said(HONCHO, 2))

    assert laws_broken(replace(GOOD, noted=[*GOOD.noted, forgotten])) == {("lost", forgotten.label)}


def test_an_event_that_never_came_onto_the_log_is_lost():
    found = laws_broken(replace(GOOD, log=[r for r in GOOD.log if r.key != HONCHO]))

    assert ("lost", ROWS[1].label) in found


def test_an_event_without_an_effect_is_lost():
    found = laws_broken(replace(GOOD, effects=GOOD.effects[:3]))

    assert found == {("lost", ROWS[3].label)}


def test_a_question_without_an_answer_is_lost():
    answerless = replace(GOOD, answered=[], log=GOOD.log[:-1])

    assert laws_broken(answerless) == {("lost", ROWS[3].label)}


def test_what_nobody_knows_to_be_committed_must_be_heard_all_the_same_when_it_was():
    unsure = [noted(ROWS[0], "said"), *GOOD.noted[1:]]

    assert breaches(replace(GOOD, noted=unsure)) == []
    assert ("lost", ROWS[0].label) in laws_broken(
        replace(GOOD, noted=unsure, effects=GOOD.effects[1:])
    )


def test_what_nobody_knows_to_be_committed_may_be_nowhere():
    unsure = noted(said(HONCHO, 2), "said")

    assert breaches(replace(GOOD, noted=[*GOOD.noted, unsure])) == []


def test_two_effects_of_one_event_are_found():
    doubled = [*GOOD.effects, effect(ROWS[3], 5)]

    assert ("twice", ROWS[3].label) in laws_broken(replace(GOOD, effects=doubled))


def test_two_answers_to_one_question_are_found():
    second = replace(ANSWER, sequence=2, event_id=str(UUID(int=901)))
    twice = replace(GOOD, answered=[ANSWER, second], log=[*GOOD.log, logged(second)])

    assert laws_broken(twice) == {("twice", ROWS[3].label)}


def test_effects_in_another_order_are_found():
    first, second, third, fourth = GOOD.effects

    found = laws_broken(replace(GOOD, effects=[third, second, first, fourth]))

    assert {law for law, _ in found} == {"order"}


def test_a_first_occurrence_before_an_earlier_one_is_found():
    early = [logged(ROWS[2], 0), logged(ROWS[0], 1), *map(logged, (*ROWS, ANSWER))]

    found = laws_broken(replace(GOOD, log=early))

    assert ("order", ROWS[2].label) in found


def test_an_effect_of_what_was_rolled_back_is_found():
    seen = Effect(number=5, key=TAMAURA, label=UNDONE.label, by="consumer-1")

    found = laws_broken(replace(GOOD, effects=[*GOOD.effects, seen]))

    assert ("rolled back", UNDONE.label) in found


def test_a_record_of_what_was_rolled_back_is_found():
    ghost = replace(logged(ROWS[3], 3), event_id=UNDONE.event_id)

    assert laws_broken(replace(GOOD, log=[*GOOD.log, ghost])) == {("rolled back", UNDONE.label)}


def test_an_effect_of_what_another_city_said_is_found():
    foreign = Effect(number=5, key=TAMAURA, label="隣の町", by="consumer-1")

    assert ("invented", "隣の町") in laws_broken(replace(GOOD, effects=[*GOOD.effects, foreign]))


def test_a_record_of_ours_that_is_in_no_outbox_is_found():
    """A database that forgot what the relay has sent already."""
    forgotten = replace(logged(ANSWER, 1), event_id=str(UUID(int=902)))

    assert laws_broken(replace(GOOD, log=[*GOOD.log, forgotten])) == {("invented", "")}


def test_a_record_of_another_city_may_lie_there():
    neighbour = replace(logged(ROWS[0], 9), key="131016/玉浦", event_id=str(UUID(int=903)))

    assert breaches(replace(GOOD, log=[*GOOD.log, neighbour])) == []


def test_a_number_left_out_is_found():
    late = replace(ROWS[3], sequence=4)

    found = laws_broken(replace(GOOD, said=[*ROWS[:3], late]))

    assert ("record", late.label) in found


def test_a_mark_at_a_place_where_something_else_lies_is_found():
    wrong = replace(GOOD.marks[0], offset=1)

    assert laws_broken(replace(GOOD, marks=[wrong])) == {("marks", "")}


def test_an_event_that_still_waits_is_found():
    waiting = replace(ROWS[3], waits=True)

    assert laws_broken(replace(GOOD, said=[*ROWS[:3], waiting])) == {("record", waiting.label)}


def test_what_still_waits_or_is_set_aside_without_a_reason_is_found():
    waiting = Parked(topic=NOTICES, partition=0, offset=2, key=TAMAURA, state="waiting", reason="")

    assert laws_broken(replace(GOOD, parked=[waiting])) == {("aside", "")}
    assert laws_broken(replace(GOOD, parked=[replace(waiting, state="undecodable")])) == {
        ("aside", "")
    }
    assert breaches(replace(GOOD, parked=[replace(waiting, state="done")])) == []


def test_a_foreign_record_is_set_aside_once():
    foreign = replace(logged(ROWS[0], 9), event_id="", foreign=True)
    aside = Parked(
        topic=NOTICES, partition=0, offset=9, key="", state="undecodable", reason="外のもの"
    )

    assert breaches(replace(GOOD, log=[*GOOD.log, foreign], parked=[aside])) == []
    assert laws_broken(replace(GOOD, log=[*GOOD.log, foreign])) == {("aside", "")}
    assert laws_broken(replace(GOOD, log=[*GOOD.log, foreign], parked=[aside, aside])) == {
        ("aside", "")
    }


def test_every_trace_of_an_event_is_shown():
    traces = whereabouts(GOOD, ROWS[3].label)

    kinds = [trace.partition("(")[0] for trace in traces]
    assert kinds == ["Noted", "Row", "Row", "Logged", "Logged", "Effect"]
