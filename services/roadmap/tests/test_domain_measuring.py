"""What was ever read of an indicator: nothing vanishes because a newer text does not repeat it."""

from dataclasses import replace
from decimal import Decimal

from roadmap.domain import Dated, Indicator, Measured, Reading, Source, measured, read_date

WAITING = Indicator(
    indicator_id="waiting",
    about="counter",
    label="転入の手続にかかる時間",
    unit="分",
    definition="受付から終わりまで",
    version=1,
    better="lower",
    target=None,
    readings=(),
    note=None,
)


def reading(value: int, day: str | None = None, lines: str = "7") -> Reading:
    return Reading(
        value=Decimal(value),
        approx=False,
        as_of=Dated(value=read_date(day), mark="S", lines=lines) if day else None,
        mark="S",
        lines=lines,
        source=None,
        note=None,
    )


def waiting(*readings: Reading, version: int = 1) -> tuple[Indicator, ...]:
    return (replace(WAITING, readings=readings, version=version),)


def told(found: Measured) -> list[tuple[int, str]]:
    return [(int(each.reading.value), each.revision_id) for each in found.readings]


OLD, NEW = reading(42, "令和6年1月"), reading(31, "令和8年1月")


def test_a_value_that_a_newer_text_does_not_repeat_stays_with_the_one_that_stated_it():
    (found,) = measured([("v2", waiting(NEW)), ("v1", waiting(OLD))])

    assert told(found) == [(42, "v1"), (31, "v2")]
    assert [found.because(each) for each in found.readings] == [None, None]


def test_a_value_that_is_repeated_is_one_and_stands_in_the_lines_of_the_newer_text():
    again = reading(42, "令和6年1月", lines="9")

    (found,) = measured([("v2", waiting(again, NEW)), ("v1", waiting(OLD))])

    assert told(found) == [(42, "v2"), (31, "v2")]
    assert found.readings[0].reading.lines == "9"


def test_two_revisions_that_disagree_about_a_day_are_both_told_and_so_are_two_sources():
    other = replace(OLD, source=Source(title="総務省の公表"))

    (found,) = measured([("v2", waiting(reading(40, "令和6年1月"), other)), ("v1", waiting(OLD))])

    assert told(found) == [(40, "v2"), (42, "v2"), (42, "v1")]


def test_a_value_of_another_definition_or_without_a_day_is_compared_with_none():
    (found,) = measured([("v2", waiting(reading(30), NEW, version=2)), ("v1", waiting(OLD))])

    old, new, undated = found.readings
    assert found.because(old) == "It was measured by definition 1; now it is by 2."
    assert (found.because(new), found.because(undated)) == (
        None,
        "The plan does not say of when it is.",
    )
    assert (found.other_definition(old), found.other_definition(undated)) == (True, False)


def test_an_indicator_that_the_newest_text_does_not_have_promises_nothing_any_more():
    (found,) = measured([("v2", ()), ("v1", waiting(OLD))])

    assert (found.dropped, found.revision_id, found.target) == (True, "v1", None)
    assert told(found) == [(42, "v1")]


def test_without_revisions_nothing_was_measured():
    assert measured([]) == []
