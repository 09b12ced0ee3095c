"""Telling: what a log may say of an exception. Of which kind and where it was; never what somebody wrote."""

import logging
import re
import traceback
from collections.abc import Sequence

import asyncpg
from pydantic import ValidationError

FEW = 20
SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")
"""So long is what only the reader of a mail may know; the ids of things are shorter."""


def path(asked: str) -> str:
    """What may be told of a path that was asked for: a secret in it is left out."""
    return SECRET.sub("…", asked)


def words(error: BaseException) -> str:
    """Its kind, and the first line that it says: below it stand PostgreSQL's DETAIL and pydantic's input.

    Of what the database cannot read only the kind: there the first line is the value itself.
    """
    kind, said = type(error).__qualname__, str(error).partition("\n")[0]
    return f"{kind}: {said}" if said and not isinstance(error, asyncpg.DataError) else kind


def fields(wrong: ValidationError) -> str:
    """Which fields, and what kind of error each is; not what stands there."""
    if wrong.error_count() > FEW:  # one may have as many errors as it has bytes
        return f"{wrong.error_count()} errors"
    errors = wrong.errors(include_url=False, include_context=False, include_input=False)
    return ", ".join(
        f"{'.'.join(map(str, each['loc'])) or 'all of it'} ({each['type']})" for each in errors
    )


def trail(error: BaseException) -> str:
    """Where it came from, and what was before it."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    inner: Sequence[BaseException] = getattr(error, "exceptions", ())  # of a group
    return "\n".join(
        [
            *([f"{trail(before)}\nthen:"] if before else []),
            *("".join(traceback.format_tb(error.__traceback__)).splitlines()),
            words(error),
            *(f"in it:\n{trail(each)}" for each in inner),
        ]
    )


def discreet(record: logging.LogRecord) -> bool:
    """A filter that lets every line pass, and lets each say of an exception only what it may."""
    if record.exc_info and (error := record.exc_info[1]):
        record.exc_info, record.exc_text = None, trail(error)
    return True
