"""How every form of the staff is filled in, looked at before it is published, and published."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse

from chassis.saying import Cause, Desk, Say, Saying, Spoken
from contracts.envelope import Event
from pages import STAFF_HEADERS
from process.staff import form as sent_by
from roadmap import domain, handlers
from roadmap.pages import AtDesk, Look
from roadmap.pages.staff.fields import Field, Problem, Typed
from roadmap.pages.staff.reviewing import Review
from roadmap.store import Store
from web.signin import Person, Role, signed_in_as

EDIT, PREVIEW, PUBLISH = "edit", "preview", "publish"
CHANGED = "この節目は、入力している間に変わりました。いまの内容を確かめて、もう一度送ってください"


class ChangedMeanwhile(Exception):
    """Somebody changed the milestone after the form was shown."""


class OnlyTried(Exception):
    """It was done to see what comes of it; nothing of it is to stay."""


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
class Subject:
    """What a form is about, as it is now."""

    today: date
    milestone: domain.Milestone | None = None
    history: Sequence[domain.Assertion] = ()
    nodes: Sequence[domain.Node] = ()
    decisions: Sequence[domain.Decision] = ()
    """Those on record about the milestone or what stands above it, the last one first."""
    review: Review | None = None
    """A plan that waits to be loaded."""

    @property
    def milestone_id(self) -> str:
        """Of the milestone; nothing when it is about none."""
        return self.milestone.milestone_id if self.milestone else ""

    @property
    def version(self) -> str:
        """Of the milestone, or of what loading a plan would change; nothing when it is about neither."""
        if self.review:
            return self.review.run.fingerprint
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
    """Which field a refusal belongs to, and what to do about it."""
    misfits: Callable[[Typed], Iterable[Problem]] = lambda _typed: ()
    """What does not fit together, though each field by itself does."""
    ready: Callable[[domain.Milestone], object] = lambda _milestone: None
    """Refuses where there is nothing to ask."""
    about: Callable[["Counter"], Awaitable[Subject]] | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be published, tried and taken back."""

    filled: Filled
    events: Sequence[Event]
    after: domain.Milestone | None


@dataclass(frozen=True, slots=True)
class Noting:
    """Says, and remembers what."""

    say: Saying
    events: list[Event]

    async def __call__(self, *events: Event) -> list[Spoken]:
        """Say them in this order."""
        self.events.extend(events)
        return await self.say(*events)


@dataclass(frozen=True, slots=True)
class Counter:
    """Where somebody of the staff stands: the desk, the templates, and who it is."""

    desk: Desk[Store]
    look: Look
    person: Person

    async def ask(
        self, form: Form, milestone_id: str | None = None, problems: Sequence[Problem] = ()
    ) -> Response:
        """The empty form, and what is wrong with what was asked beside it."""
        about = await self._about(form, milestone_id)
        if about.milestone:
            form.ready(about.milestone)
        fields = form.fields(about)
        blank = about.sent(dict.fromkeys((each.name for each in fields), ""))
        return self._form(replace(self._filled(form, about, blank), problems=problems))

    async def take(self, form: Form, request: Request, milestone_id: str | None = None) -> Response:
        """Show what would be published, or publish it; else the form again with all that was typed."""
        about = await self._about(form, milestone_id)
        filled = self._filled(form, about, await _sent(request, form, about))
        if filled.sent.step == EDIT:
            return self._form(filled)
        if filled.sent.step == PUBLISH and await self._is_published(filled):
            return _led_on(filled)
        if filled.sent.version != about.version:
            return self._form(await self._changed(filled))
        try:
            return await self._carry_out(filled)
        except ChangedMeanwhile:
            return self._form(await self._changed(filled))
        except tuple(form.refused) as refused:
            return self._form(replace(filled, problems=[form.refused[type(refused)]]))

    async def _about(self, form: Form, milestone_id: str | None) -> Subject:
        return await form.about(self) if form.about else await self.about(milestone_id)

    async def about(self, milestone_id: str | None) -> Subject:
        """A milestone with its record, or everything that a decision may be about."""
        today = handlers.tokyo_day(self.desk.now())
        async with self.desk.read() as store:
            if milestone_id is None:
                return Subject(today=today, nodes=await store.plans.nodes(domain.LATEST))
            found = await store.milestone(milestone_id)
            history = await store.history(milestone_id)
            above = [parent.node_id for parent in found.parents]
            decisions = await store.decisions.about([milestone_id, *above])
        return Subject(today=today, milestone=found, history=history, decisions=decisions)

    async def _carry_out(self, filled: Filled) -> Response:
        problems = filled.wrong()
        if problems:
            return self._form(replace(filled, problems=problems))
        command = filled.form.command(filled.sent.typed, filled.about)
        if filled.sent.step == PUBLISH:
            return await self._publish(filled, command)
        return await self._preview(filled, command)

    async def _publish(self, filled: Filled, command: object) -> Response:
        now = self.desk.now()
        async with self.desk.open(now, Cause(f"request:{now.isoformat()}")) as (store, say):
            # Whoever clicks twice sees the second answer, and that must not be a refusal.
            if await store.requests.answer_of(filled.key) is None:
                await self._do(filled, command, store, say=say, now=now)
                await store.requests.keep(filled.key, filled.action, "{}", now=now)
        return _led_on(filled)

    async def _is_published(self, filled: Filled) -> bool:
        async with self.desk.read() as store:
            return await store.requests.answer_of(filled.key) is not None

    async def _preview(self, filled: Filled, command: object) -> Response:
        """Do it, look what came of it, and take it back: so nothing else is shown than what will be."""
        now, after = self.desk.now(), filled.about.milestone
        events: list[Event] = []
        with suppress(OnlyTried):
            async with self.desk.open(now, Cause(f"request:{now.isoformat()}")) as (store, say):
                noting = Noting(say, events)
                await self._do(filled, command, store, say=noting, now=now)
                after = await store.milestone(after.milestone_id) if after else None
                raise OnlyTried
        page = Preview(filled=filled, events=events, after=after)
        return _shown(self.look.get_template("staff_preview.html").render(page=page))

    async def _do(
        self, filled: Filled, command: object, store: Store, *, say: Say, now: datetime
    ) -> None:
        milestone = filled.about.milestone
        if milestone:
            before = await store.milestone_for_change(milestone.milestone_id)
            if filled.sent.version != str(before.version):
                raise ChangedMeanwhile
        await filled.form.do(command, store, say=say, now=now, by=self.person.subject)

    async def _changed(self, filled: Filled) -> Filled:
        """The form again, beside what has changed since it was shown."""
        milestone, form = filled.about.milestone, filled.form
        about = await self._about(form, milestone and milestone.milestone_id)
        blank = dict.fromkeys((each.name for each in form.fields(about)), "")
        problem = (filled.fields[0].name, form.changed)
        return replace(
            self._filled(form, about, about.sent({**blank, **filled.sent.typed})),
            problems=[problem],
            meanwhile=await self._then(about, filled.sent.seen),
        )

    async def _then(self, about: Subject, seen: str) -> domain.Milestone | None:
        """The milestone by what was known at an instant; None where that cannot be told."""
        if about.milestone is None:
            return None
        with suppress(ValueError, domain.NotInThePlanThen):
            known = datetime.fromisoformat(seen)
            if known.tzinfo:
                async with self.desk.read() as store:
                    at = replace(domain.LATEST, known=known)
                    return await store.milestone(about.milestone.milestone_id, at)
        return None

    def _filled(self, form: Form, about: Subject, sent: Sent) -> Filled:
        fields = form.fields(about)
        return Filled(subject=self.person.subject, form=form, about=about, fields=fields, sent=sent)

    def _form(self, page: Filled) -> Response:
        html = self.look.get_template(page.form.template).render(page=page)
        return _shown(html, 422 if page.problems else 200)


async def _sent(request: Request, form: Form, about: Subject) -> Sent:
    sent = await sent_by(request)
    return Sent(
        step=sent.get("step", PREVIEW),
        typed={each.name: each.typed(sent) for each in form.fields(about)},
        version=sent.get("version", ""),
        seen=sent.get("seen", ""),
        whole=repr(sorted(sent.items() - {("step", PUBLISH)})),
    )


def _led_on(filled: Filled) -> Response:
    milestone = filled.about.milestone
    path = milestone.page if milestone else filled.form.done
    return Response(status_code=303, headers={"Location": path, "Cache-Control": "no-store"})


def _shown(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status, STAFF_HEADERS)


def counter_of(*roles: Role) -> Callable[..., Awaitable[Counter]]:
    """A dependency that gives the counter to whoever has signed in with one of these roles."""

    async def counter(
        desk: AtDesk, look: Look, person: Annotated[Person, Depends(signed_in_as(*roles))]
    ) -> Counter:
        return Counter(desk, look, person)

    return counter


ByEditor: TypeAlias = Annotated[Counter, Depends(counter_of("editor"))]
ByStaff: TypeAlias = Annotated[Counter, Depends(counter_of("editor", "approver"))]
ByApprover: TypeAlias = Annotated[Counter, Depends(counter_of("approver"))]
