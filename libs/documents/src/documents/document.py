"""What was read: values that know their lines, and the problems found with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from documents.sentences import Misfit, known_words, sentence

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Loc: TypeAlias = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

MOST = 200
TOO_MANY = f"問題が {{count}} 件あり、はじめの {MOST} 件だけを示します"
MOST_AT_ONCE = 2 * MOST
MANY_MORE = f"ほかにも問題があり（全部で {{count}} 件）、はじめの {MOST_AT_ONCE} 件だけを示します"
_SHOWN = 40


class Place(NamedTuple):
    """Where something stands in the file, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file, in words for the person who wrote it."""

    name: str
    line: int
    column: int
    path: str
    message: str
    value: str = ""

    def __str__(self) -> str:
        where = " ".join(filter(None, (f"{self.name}:{self.line}:{self.column}", self.path)))
        return " ".join(filter(None, (where, self.value))) + f": {self.message}"


class Unreadable(Exception):
    """The file cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order of their lines; of very many the first ones."""
        self.problems = tuple(_told(in_order(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort problems as they stand in the file."""
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def _told(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MOST_AT_ONCE:
        return problems
    more = Problem(problems[0].name, 1, 1, "", MANY_MORE.format(count=len(problems)))
    return [more, *problems[:MOST_AT_ONCE]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed file: plain values, and the place of each value and key."""

    name: str
    value: dict[str, Value]
    places: Mapping[Loc, Place]
    keys: Mapping[Loc, Place]

    def validate(self, model: type[Model]) -> tuple[Model | None, list[Problem]]:
        """Fit the values into a model; every misfit becomes a problem with its line."""
        try:
            return model.model_validate(self.value), []
        except ValidationError as refused:
            words = known_words(model)
            errors = refused.errors(include_url=False)
            problems = [
                self._misfit(
                    Misfit(error["type"], error["loc"], error["msg"], error.get("ctx", {})), words
                )
                for error in errors[:MOST]
            ]
            if len(errors) > MOST:
                problems.append(self.problem((), TOO_MANY.format(count=len(errors))))
            return None, in_order(problems)

    def problem(self, loc: Loc, message: str) -> Problem:
        """Name a problem at the value that stands at `loc`, or at what would contain it."""
        found, value = self._walk(loc)
        return Problem(self.name, *self.places[found], _path(found), message, _shown(value))

    def _misfit(self, misfit: Misfit, words: frozenset[str]) -> Problem:
        message = sentence(misfit, words)
        if misfit.name == "extra_forbidden":
            found, _ = self._walk(misfit.loc)
            place = self.keys.get(found, self.places[found])
            return Problem(self.name, *place, _path(found), message)
        if misfit.name == "missing":
            return self.problem(misfit.loc[:-1], message)
        return self.problem((*misfit.loc, misfit.chosen_by), message)

    def _walk(self, loc: Loc) -> tuple[Loc, Value]:
        """Follow `loc`, passing over parts the file does not have (names of alternatives)."""
        found: Loc = ()
        value: Value = self.value
        for part in loc:
            if (*found, part) in self.places:
                found = (*found, part)
                value = _inside(value, part)
        return found, value


def _inside(value: Value, part: str | int) -> Value:
    if isinstance(value, dict) and isinstance(part, str):
        return value[part]
    return value[part] if isinstance(value, list) and isinstance(part, int) else None


def _path(loc: Loc) -> str:
    steps = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return "".join(steps).removeprefix(".")


def _shown(value: Value) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
