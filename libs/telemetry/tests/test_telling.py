"""What a log may say of an exception."""

import asyncpg
import pytest
from databases import Database
from pydantic import BaseModel

from telemetry.telling import path, trail, words

WRONG = {"persons": "佐藤"}


class Household(BaseModel):
    persons: int


async def refusal(database: Database, statement: str, *given: object) -> Exception:
    """What the driver raises when this is asked of the database."""
    owner = await asyncpg.connect(database.owner)
    with pytest.raises(Exception) as refused:  # noqa: PT011 any
        await owner.execute(statement, *given)
    await owner.close()
    return refused.value


def count(given: object) -> None:
    """Raise an error that came from another, and holds it too."""
    try:
        Household.model_validate(given)
    except ValueError as wrong:
        told = "二つの中の一つ"
        raise ExceptionGroup(told, [KeyError("persons"), wrong]) from wrong


@pytest.mark.real
async def test_a_row_that_the_database_refuses_is_not_repeated(database: Database):
    checked = "alter table note add check (text <> '佐藤'); insert into note (text) values ('佐藤')"
    violated = await refusal(database, checked)

    assert "佐藤" in str(violated)
    assert words(violated).startswith('CheckViolationError: new row for relation "note" violates')
    assert "佐藤" not in trail(violated)


@pytest.mark.real
@pytest.mark.parametrize(
    ("statement", "given"),
    [
        ("select '佐藤'::int", ()),
        ("select $1::int", ("佐藤",)),
        ("select $1::text::int", ("佐藤",)),
    ],
)
async def test_a_value_that_the_database_cannot_read_is_not_repeated(
    database: Database, statement: str, given: tuple[object, ...]
):
    refused = await refusal(database, statement, *given)

    assert "佐藤" in str(refused)
    assert "佐藤" not in words(refused)


def test_a_value_that_is_not_valid_is_not_repeated_wherever_it_was_raised():
    with pytest.raises(ExceptionGroup) as raised:
        count(WRONG)

    told = trail(raised.value)
    assert told.count("ValidationError: 1 validation error for Household") == 2
    assert "KeyError: 'persons'" in told
    assert "test_telling.py" in told
    assert "佐藤" not in told


def test_of_a_path_the_secret_is_not_told_and_the_id_of_a_thing_is():
    notice = "/notices/0c2f5c8e-6f0e-9d8b-1f8a-3c1b7a2d4e5f"

    assert path(f"/subscriptions/p/{'k' * 43}/forget") == "/subscriptions/p/…/forget"
    assert path(notice) == notice
