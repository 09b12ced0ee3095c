"""A form of the staff: what it asks about what, and what somebody typed into it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from chassis.saying import Desk
from roadmap import domain, handlers
from roadmap.pages.staff.fields import Field, Problem, Typed
from roadmap.pages.staff.reviewing import Review
from roadmap.store import Store
from web.signin import Person

EDIT, PREVIEW, PUBLISH = "edit", "preview", "publish"
WHOLE = "changes"
"""Where a problem leads that belongs to no field: each template has this place."""
CHANGED = "この節目は、入力している間に変わりました。いまの内容を確かめて、もう一度送ってください"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a form sent."""

    step: str = PREVIEW
    typed: Typed
    version: str = ""
    """That of the milestone when the form was shown."""
    seen: str = ""
    """The instant of the last change by then."""
    whole: str = ""
    """All of it but the step, to tell it from any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReview:
    """What somebody looks at before a table that came back is taken over."""

    import_id: UUID
    confirmed: bool
    run: handlers.TableRun
    decides: bool
    """Whether they may confirm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a form is about, as it is now."""

    today: date
    milestone: domain.Milestone | None = None
    history: Sequence[domain.Assertion] = ()
    nodes: Sequence[domain.Node] = ()
    """All that a decision may be about; of a milestone the items of the list that it stands over."""
    reports: Sequence[tuple[domain.Node, domain.Assertion]] = ()
    """What is reported of these items and held for true, each with its item."""
    bodies: Sequence[str] = ()
    """Who acts in the plan, by its own words."""
    decisions: Sequence[domain.Decision] = ()
    """Those on record about the milestone or what stands above it, the last one first."""
    review: Review | None = None
    """A plan that waits to be loaded."""
    table: TableReview | None = None
    """A table that waits to be taken over."""

    @property
    def milestone_id(self) -> str:
        """Of the milestone; nothing when it is about none."""
        return self.milestone.milestone_id if self.milestone else ""

    @property
    def version(self) -> str:
        """Of the milestone, or of what loading a plan would change; nothing when it is about neither."""
        if self.review:
            return self.review.run.fingerprint
        if self.table:
            return self.table.run.fingerprint
        return str(self.milestone.version) if self.milestone else ""

    def sent(self, typed: Typed) -> Sent:
        """A form that is shown now, with this in its fields."""
        return Sent(typed=typed, version=self.version, seen=self._last_changed())

    def _last_changed(self) -> str:
        spans = [row.recorded for row in self.history if row.recorded]
        instants = [i for span in spans for i in (span.since, span.until) if i]
        return max(instants).isoformat() if instants else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form: what it asks, what is asked for by it, and who does it."""

    name: str
    """The last part of its address."""
    word: str
    """改訂, 訂正 and so on."""
    title: str
    lead: str
    fields: Callable[[Subject], Sequence[Field]]
    command: Callable[[Typed, Subject], Any]
    """What is asked for by what was typed, when nothing is wrong with it."""
    do: Callable[..., Awaitable[object]]
    """The handler: `(command, store, *, say, now, by)`."""
    refused: Mapping[type[Exception], Problem]
    """Which field a refusal belongs to, and what to do about it; any other belongs to the whole form."""
    misfits: Callable[[Typed], Iterable[Problem]] = lambda _typed: ()
    """What does not fit together, though each field by itself does."""
    ready: Callable[[domain.Milestone], object] = lambda _milestone: None
    """Refuses where there is nothing to ask."""
    about: Callable[[Desk[Store], Person], Awaitable[Subject]] | None = None
    """What it is about as it is now, where that is neither a milestone nor the whole plan."""
    template: str = "staff_form.html"
    changed: str = CHANGED
    """What is said when its subject has changed since the form was shown."""
    done: str = "/plan/staff?recorded=yes"
    """Where it leads afterwards, when it is about no milestone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A page with a form: what was typed, and what is wrong with it."""

    subject: str
    form: Form
    about: Subject
    fields: Sequence[Field]
    sent: Sent
    problems: Sequence[Problem] = ()
    meanwhile: domain.Milestone | None = None
    """As it was when the form was shown, if it has changed since."""

    @property
    def key(self) -> str:
        """By which the same form, sent again by the same person, is known to be the same."""
        sent = repr((self.subject, self.action, self.sent.whole))
        return f"staff:{sha256(sent.encode()).hexdigest()}"

    def error(self, name: str) -> str | None:
        """What is wrong with a field; None: nothing."""
        return dict(self.problems).get(name)

    def wrong(self) -> list[Problem]:
        """Everything that is wrong with what was typed, in the order of the fields."""
        typed = self.sent.typed
        alone = {each.name: why for each in self.fields if (why := each.wrong(typed[each.name]))}
        found = {**dict(self.form.misfits(typed)), **alone}
        return [(each.name, found[each.name]) for each in self.fields if each.name in found]

    @property
    def action(self) -> str:
        """Where it is sent."""
        milestone = self.about.milestone
        place = f"milestones/{milestone.milestone_id}/" if milestone else ""
        return f"/plan/staff/{place}{self.form.name}"
