"""What catalog says: which procedures there are, and how they can be filed."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event
from contracts.values import PartialDate


class _Part(BaseModel):
    """A part of an event: frozen, and open to fields of tomorrow."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class PlanLink(_Part):
    """Where a procedure stands in the city's plan."""

    initiative: str
    milestone: str | None
    no: int | None
    """1 to 29 among the plan's priority procedures; null when it is not one of them."""


class LawReference(_Part):
    """A law, and the article that a procedure rests on."""

    name: str
    article: str | None


class NationalReference(_Part):
    """A row of the national survey of procedures that this one matches."""

    id: str
    match: str
    """exact, part, broader or probable."""


class ChannelState(_Part):
    """One way to file a procedure."""

    channel_id: str
    kind: str
    """mynaportal, convenience, eltax, web, counter, post, phone or agent."""
    label: str
    online: bool
    since: PartialDate | None
    """null: nobody has confirmed that it is open."""
    url: str | None


class ProcedurePublished(Event):
    """A procedure was published in the catalogue for the first time, or anything about it changed."""

    ce_type: ClassVar[str] = "machi.catalog.procedure.published.v1"
    ce_subject: ClassVar[str] = "procedure_id"

    procedure_id: str
    version: int
    name: str
    plan_name: str | None
    """The plan's wording where the plan names the procedure, its slips kept."""
    reading: str
    """In kana."""
    summary: str | None
    kind: str
    """届出, 申請, 請求, 申出, 連絡 or 交付."""
    plan: PlanLink | None
    life_events: list[str]
    channels: list[ChannelState]
    laws: list[LawReference]
    national: list[NationalReference]
    change: str
    """first or content."""
    not_confirmed: list[str]
    """Names of the fields that nobody has confirmed for this city."""
    backfill: bool
    """True for the first load: nobody is alerted about it."""
