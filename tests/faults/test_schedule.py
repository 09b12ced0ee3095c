from pathlib import Path

from city import Plan
from ledger import Ledger, Noted, Progress, read
from schedule import CONSUMER_POINTS, DRAIN_POINT, RELAY_POINTS, draw
from striking import concerned

PLAN = Plan(seed=7, faults=200, writers=4, keys=24)


def test_the_same_seed_gives_the_same_schedule():
    assert draw(7, 200, PLAN.crew) == draw(7, 200, PLAN.crew)
    assert draw(7, 200, PLAN.crew) != draw(8, 200, PLAN.crew)


def test_a_shorter_schedule_is_the_beginning_of_a_longer_one():
    assert draw(7, 33, PLAN.crew) == draw(7, 200, PLAN.crew)[:33]


def test_twenty_faults_hold_every_crash_point():
    steps = draw(7, 20, PLAN.crew)

    points = {step.where.partition(":")[0] for step in steps if step.fault in ("crash", "poison")}
    assert points == {*RELAY_POINTS, *CONSUMER_POINTS, DRAIN_POINT}


def test_faults_strike_one_after_the_other():
    times = [step.at for step in draw(7, 200, PLAN.crew)]

    assert times == sorted(set(times))


def test_no_two_sleep_at_the_same_time():
    sleeps = [step for step in draw(7, 200, PLAN.crew) if step.fault == "sleep"]

    first, *others = (concerned(step, PLAN.crew) for step in sleeps)
    assert len({step.whom for step in sleeps}) > 1
    assert set(first).intersection(*others)


def test_the_last_note_of_an_event_counts(tmp_path: Path):
    ledger = Ledger(tmp_path / "窓口.ledger")
    meant = Noted(state="meant", label="断水-1", key="042111/玉浦")
    committed = Noted(
        state="committed", label="断水-1", key="042111/玉浦", event_id="e", sequence=1
    )

    ledger.note([meant])
    ledger.note([committed])

    assert read(tmp_path) == [committed]


def test_progress_counts_what_was_committed_by_all(tmp_path: Path):
    progress = Progress(tmp_path)
    for name in ("窓口", "支所"):
        Ledger(tmp_path / f"{name}.ledger").note(
            Noted(state=state, label=f"{name}-{state}", key="042111/玉浦")
            for state in ("meant", "committed", "committed", "undone")
        )

    assert (progress.count(), progress.count()) == (4, 4)
