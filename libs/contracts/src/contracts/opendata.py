"""What opendata says: which data sets were published, in which version and in which forms."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event


class _Part(BaseModel):
    """A part of an event: frozen, and open to fields of tomorrow."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class DatasetLicence(_Part):
    """What anybody may do with a data set."""

    id: str
    """As SPDX writes it: CC-BY-4.0."""
    title: str
    url: str


class DatasetPublisher(_Part):
    """The municipality that publishes a data set."""

    code: str
    """Its local government code, six digits."""
    name: str


class DatasetColumn(_Part):
    """One column of a file."""

    physical: str
    """Its ASCII name: the key in JSON."""
    label: str
    """Its name for people: the header in CSV."""
    type: str
    """text, integer, date or edtf (a date or span in ISO 8601-2, as exact as it is known)."""


class DatasetForm(_Part):
    """One rendering of a file."""

    format: str
    """CSV or JSON."""
    media_type: str
    encoding: str
    bom: bool
    """Whether the bytes begin with a byte order mark, so that Excel reads them."""
    bytes: int
    sha256: str
    url: str
    """A path behind the gateway, where these very bytes stay for ever."""


class DatasetFile(_Part):
    """One table of a data set, in every form."""

    label: str
    rows: int
    columns: list[DatasetColumn]
    key_columns: list[str]
    """Physical names of the columns that tell one row from the others."""
    forms: list[DatasetForm]


class DatasetDiff(_Part):
    """What a version changed, in numbers; all are 0 where there is nothing to compare with."""

    basis: str
    """key: rows were told apart by the key columns; none: it is the first version."""
    rows_added: int
    rows_removed: int
    rows_changed: int
    cells_changed: int
    columns_added: list[str]
    """Physical names."""
    columns_removed: list[str]


class DatasetPublished(Event):
    """A version of a data set was published: the first one, or one with other rows or metadata."""

    ce_type: ClassVar[str] = "machi.opendata.dataset.published.v1"
    ce_subject: ClassVar[str] = "dataset_id"

    dataset_id: str
    """For ever the same; of a data set that publishes itself, its first name."""
    name: str
    """As in addresses and names of files: 042111_milestones."""
    label: str
    """What the data set is called."""
    description: str
    keywords: list[str]
    version: int
    """From 1, without gaps."""
    previous_version: int | None
    reason: str
    """first, automatic (the rows changed by what was heard) or metadata (only what describes them)."""
    data_changed: bool
    published_at: datetime
    caused_by: str | None
    """The last event that changed it; null when no event did, as after a new release."""
    licence: DatasetLicence
    publisher: DatasetPublisher
    files: list[DatasetFile]
    diff: DatasetDiff
