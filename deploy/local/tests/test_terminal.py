"""What a person reads when all is ready."""

from dataclasses import replace

from local.settings import Settings
from local.terminal import welcome


def test_the_city_whose_plan_is_shipped_has_a_first_thing_to_try(settings: Settings):
    told = welcome(settings, "Ctrl-C")

    assert "ms-online29" in told
    assert "/procedures/child-allowance.claim" in told
    assert told.endswith("Ctrl-C stops everything; the data stays.\n")


def test_another_city_is_told_how_its_plan_is_loaded_and_nothing_of_what_it_has_not(
    settings: Settings,
):
    told = welcome(replace(settings, municipality="999999"), "Ctrl-C")

    assert "No plan and no procedures are shipped for 999999" in told
    assert "machi roadmap load" in told
    assert "docs/operations.md" in told
    assert not any(words in told for words in ("ms-online29", "岩沼", "child-allowance", "curl"))
    assert told.endswith("Ctrl-C stops everything; the data stays.\n")
