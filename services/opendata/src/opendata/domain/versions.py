"""What makes a version of a data set, and what a version is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from contracts.values import Refusal
from opendata.domain.tables import About, Cell, Table

Reason: TypeAlias = Literal["first", "automatic", "metadata"]
Basis: TypeAlias = Literal["key", "none"]


class UnknownDataset(Refusal):
    """There is no data set of this name."""


class UnknownVersion(Refusal):
    """The data set has no version of this number."""


class UnknownFile(Refusal):
    """The data set has no file of this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What changed from one version to the next, in numbers."""

    basis: Basis = "key"
    rows_added: int = 0
    rows_removed: int = 0
    rows_changed: int = 0
    cells_changed: int = 0
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Why there is a version: what is other than before."""

    reason: Reason
    data_changed: bool
    diff: Diff


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One rendering of a table: what its bytes are."""

    format: str
    media_type: str
    encoding: str
    bom: bool
    size: int  # bytes
    sha256: str

    @property
    def extension(self) -> str:
        """How the name of its file ends."""
        return self.format.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A form with its bytes."""

    form: Form
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A state of a data set that never changes any more."""

    number: int
    at: datetime
    caused_by: str | None  # an event's id
    change: Change
    about: About
    rows: int
    forms: tuple[Form, ...]

    @property
    def previous(self) -> int | None:
        """The number of the version before."""
        return self.number - 1 or None

    def path(self, form: Form) -> str:
        """Where the bytes of one of its forms stay for ever, behind the gateway."""
        about = self.about
        return f"{about.page}/versions/{self.number}/{about.name}.{form.extension}"

    def latest_path(self, form: Form) -> str:
        """Where this form of the current version is, whichever that may be."""
        return f"{self.about.page}/{self.about.name}.{form.extension}"

    def form(self, extension: str) -> Form:
        """The form whose files end so; UnknownFile when there is none."""
        found = next((form for form in self.forms if form.extension == extension), None)
        if found is None:
            detail = f"{self.about.name}.{extension}"
            raise UnknownFile(detail)
        return found

    def asked(self, file: str) -> Form:
        """The form that a file of this name has: it is named after the data set, or UnknownFile."""
        name, _, extension = file.rpartition(".")
        if name != self.about.name:
            raise UnknownFile(file)
        return self.form(extension)


def change(before: Table | None, after: Table) -> Change | None:
    """What is other than in the version before; None: nothing is, so there is no version to make.

    A data set of which nothing was heard yet is not published.
    """
    if before is None:
        diff = Diff(basis="none")
        return Change(reason="first", data_changed=True, diff=diff) if after.rows else None
    if before == after:
        return None
    changed = (before.rows, _names(before)) != (after.rows, _names(after))
    reason: Reason = "automatic" if changed else "metadata"
    return Change(reason=reason, data_changed=changed, diff=_diff(before, after))


def _names(table: Table) -> list[str]:
    return [column.physical for column in table.about.columns]


def _diff(before: Table, after: Table) -> Diff:
    """Rows are told apart by the key; a cell counts where both versions have its column."""
    old, new = before.by_key(), after.by_key()
    gone, come = _names(before), _names(after)
    cells = [_cells_changed(old[key], new[key]) for key in old.keys() & new.keys()]
    return Diff(
        rows_added=len(new.keys() - old.keys()),
        rows_removed=len(old.keys() - new.keys()),
        rows_changed=sum(1 for count in cells if count),
        cells_changed=sum(cells),
        columns_added=tuple(name for name in come if name not in gone),
        columns_removed=tuple(name for name in gone if name not in come),
    )


def _cells_changed(old: Mapping[str, Cell], new: Mapping[str, Cell]) -> int:
    return sum(old[name] != new[name] for name in old.keys() & new.keys())
