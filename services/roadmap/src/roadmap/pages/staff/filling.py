"""How every form of the staff is filled in, looked at before it is published, and published."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse

from chassis.saying import Cause, Desk, Say, Saying, Spoken, TooLong
from contracts.envelope import Event
from contracts.values import Refusal
from pages import STAFF_HEADERS
from process.staff import form as sent_by
from roadmap import domain, handlers
from roadmap.pages import AtDesk, Look
from roadmap.pages.refusing import why
from roadmap.pages.staff.fields import Problem
from roadmap.pages.staff.forms import EDIT, PREVIEW, PUBLISH, WHOLE, Filled, Form, Sent, Subject
from roadmap.store import Store
from web.signin import Person, Role, signed_in_as


class ChangedMeanwhile(Exception):
    """Somebody changed the milestone after the form was shown."""


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
        except (Refusal, TooLong) as refused:
            problem = form.refused.get(type(refused), (WHOLE, why(refused)))
            return self._form(replace(filled, problems=[problem]))

    async def _about(self, form: Form, milestone_id: str | None) -> Subject:
        if form.about:
            return await form.about(self.desk, self.person)
        return await self.about(milestone_id)

    async def about(self, milestone_id: str | None) -> Subject:
        """A milestone with its record, or everything that a decision may be about."""
        today = handlers.tokyo_day(self.desk.now())
        async with self.desk.read() as store:
            nodes, bodies = await store.plans.nodes(domain.LATEST), await store.plans.bodies()
            if milestone_id is None:
                return Subject(today=today, nodes=nodes, bodies=bodies)
            found = await store.milestone(milestone_id)
            history = await store.assertions.history(milestone_id)
            above = [parent.node_id for parent in found.parents]
            decisions = await store.decisions.about([milestone_id, *above])
            items = _items_of(milestone_id, nodes)
            reports = await store.assertions.reports(*(each.node_id for each in items))
        told = [
            (each, row)
            for each in items
            for row in reports.values()
            if row.subject_id == each.node_id and not row.valid.until
        ]
        return Subject(
            today=today, milestone=found, history=history, decisions=decisions, bodies=bodies,
            nodes=items, reports=told,
        )  # fmt: skip

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
        cause = Cause(f"request:{now.isoformat()}")
        async with self.desk.open(now, cause) as (store, say), store.trial():
            await self._do(filled, command, store, say=Noting(say, events), now=now)
            after = await store.milestone(after.milestone_id) if after else None
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
        problem = (filled.fields[0].name if filled.fields else WHOLE, form.changed)
        return replace(
            self._filled(form, about, about.sent({**blank, **filled.sent.typed})),
            problems=[problem],
            meanwhile=await self._then(about, filled.sent.seen),
        )

    async def _then(self, about: Subject, seen: str) -> domain.Milestone | None:
        """The milestone by what was known at an instant; None where that cannot be told."""
        known = _instant(seen)
        if about.milestone is None or known is None:
            return None
        with suppress(domain.NotInThePlanThen):
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


def _items_of(milestone_id: str, nodes: Sequence[domain.Node]) -> Sequence[domain.Node]:
    """The items of the list that a milestone stands over."""
    over = next((node.over for node in nodes if node.node_id == milestone_id), None)
    return domain.items_of(nodes, over) if over else ()


async def _sent(request: Request, form: Form, about: Subject) -> Sent:
    sent = await sent_by(request)
    return Sent(
        step=sent.get("step", PREVIEW),
        typed={each.name: each.typed(sent) for each in form.fields(about)},
        version=sent.get("version", ""),
        seen=sent.get("seen", ""),
        whole=repr(sorted(sent.items() - {("step", PUBLISH)})),
    )


def _instant(seen: str) -> datetime | None:
    """The instant that a form brought along; None: somebody wrote something else into it."""
    with suppress(ValueError, OverflowError):
        known = datetime.fromisoformat(seen)
        return known.astimezone(UTC) if known.tzinfo else None
    return None


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
"""Whoever writes down what a body has decided, and whoever loads a plan by it."""
ByApprover: TypeAlias = Annotated[Counter, Depends(counter_of("approver"))]
