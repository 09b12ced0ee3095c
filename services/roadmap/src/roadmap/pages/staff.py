"""Roadmap for the staff: which dates may be moved, and the form that moves one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeAlias
from unicodedata import normalize

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from chassis.saying import Cause, Desk
from contracts.values import PartialDate
from pages import STAFF_HEADERS
from process.staff import form
from roadmap import domain, handlers
from roadmap.pages import TOKYO, AtDesk, Look
from roadmap.store import Store
from web.signin import Person, signed_in_as

router = APIRouter(prefix="/plan/staff", include_in_schema=False)
Editor: TypeAlias = Annotated[Person, Depends(signed_in_as("editor"))]
Problem: TypeAlias = tuple[str, str]
"""The field, and what to do about it."""

MOST = 2_000  # characters of a field
FIELDS = {
    "due": "新しい期日",
    "reason": "理由",
    "body": "決めたところ",
    "taken_on": "決めた日",
    "chosen": "決めたこと",
}
EXAMPLES = {"due": "令和9年12月", "taken_on": "令和8年11月20日"}


class CannotRead(Exception):
    """What was typed cannot be read, field by field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


class ChangedMeanwhile(Exception):
    """Somebody moved the milestone after the form was shown."""


REFUSED: dict[type[Exception], Problem] = {
    ChangedMeanwhile: (
        "due",
        "この節目は、入力している間に変わりました。いまの期日を確かめて、もう一度送ってください",
    ),
    domain.SameDate: ("due", "いまの期日と同じです。変えたあとの期日を入力してください"),
    domain.OverAlready: (
        "due",
        "決めた日より前の期日です。決めた日よりあとの期日を入力してください",
    ),
    domain.TooFarAhead: (
        "due",
        "新しい期日が、30年より先です。年を確かめてください",
    ),
    domain.NotDecidedYet: ("taken_on", "まだ来ていない日です。今日までの日を入力してください"),
    domain.TooEarlyToHold: (
        "taken_on",
        "いまの期日が決まる前の日です。そのあとの日を入力してください",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage:
    """The milestones whose dates a decision of the city may move."""

    subject: str
    today: date
    milestones: Sequence[domain.Milestone]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReschedulePage:
    """The form that moves a date, with what was typed and what is wrong with it."""

    subject: str
    milestone: domain.Milestone
    due: domain.Assertion
    typed: Mapping[str, str]
    problems: Sequence[Problem] = ()

    def error(self, field: str) -> str | None:
        """What is wrong with a field; None: nothing."""
        return dict(self.problems).get(field)


@router.get("")
async def movable(desk: AtDesk, look: Look, person: Editor) -> Response:
    """What may be moved."""
    async with desk.read() as store:
        found = await store.milestones(domain.LATEST)
    mine = [m for m in found if m.due and m.due.asserter != "nation" and not m.removed]
    today = desk.now().astimezone(TOKYO).date()
    page = StaffPage(subject=person.subject, today=today, milestones=mine)
    return _shown(look.get_template("staff.html").render(page=page))


@router.get("/milestones/{milestone_id}/reschedule")
async def ask(milestone_id: str, *, desk: AtDesk, look: Look, person: Editor) -> Response:
    """The empty form."""
    async with desk.read() as store:
        found = await store.milestone(milestone_id)
    return _form(look, _page(found, by=person, typed=dict.fromkeys(FIELDS, "")))


@router.post("/milestones/{milestone_id}/reschedule")
async def reschedule(
    request: Request, milestone_id: str, *, desk: AtDesk, look: Look, person: Editor
) -> Response:
    """Move the date, or show the form again with what is wrong and all that was typed."""
    sent = await form(request)
    typed = {name: sent.get(name, "").strip() for name in FIELDS}
    try:
        command = _command(typed, milestone_id, desk.now().astimezone(TOKYO).date())
        page = await _move(desk, command, version=sent.get("version", ""), by=person.subject)
    except CannotRead as unread:
        problems = unread.problems
    except tuple(REFUSED) as refused:
        problems = [REFUSED[type(refused)]]
    else:
        return Response(status_code=303, headers={"Location": page, "Cache-Control": "no-store"})
    async with desk.read() as store:
        found = await store.milestone(milestone_id)
    return _form(look, _page(found, by=person, typed=typed, problems=problems))


async def _move(desk: Desk[Store], command: domain.Reschedule, *, version: str, by: str) -> str:
    """Do it; the page that shows it."""
    now = desk.now()
    async with desk.open(now, Cause(f"request:{now.isoformat()}")) as (store, say):
        before = await store.milestone_for_change(command.milestone_id)
        if version != str(before.version):
            raise ChangedMeanwhile
        moved = await handlers.reschedule(command, store, say=say, now=now, by=by)
    return moved.milestone.page


def _command(typed: Mapping[str, str], milestone_id: str, today: date) -> domain.Reschedule:
    """What is asked for; a decision holds from the day on which it was taken."""
    problems = [(name, wrong) for name in FIELDS if (wrong := _wrong(name, typed[name]))]
    if problems:
        raise CannotRead(problems)
    taken_on = _date(typed["taken_on"]).lo or today
    return domain.Reschedule(
        milestone_id=milestone_id,
        value=_date(typed["due"]),
        valid_from=taken_on,
        today=today,
        decision=domain.Decision(
            body=typed["body"], taken_on=taken_on, chosen=typed["chosen"], reason=typed["reason"]
        ),
    )


def _wrong(name: str, text: str) -> str | None:
    """What is wrong with a field, and what to do; None: nothing."""
    if not text:
        return f"{FIELDS[name]}を入力してください"
    if len(text) > MOST or domain.CONTROL.search(text):
        return f"{FIELDS[name]}は、{MOST:,}字までの文字で入力してください"
    try:
        precision = _date(text).precision if name in ("due", "taken_on") else None
    except domain.UnreadableDate as unread:
        return f"{FIELDS[name]}：{unread.said}（例：{EXAMPLES[name]}）"
    if name == "taken_on" and precision != "day":
        return f"決めた日は、年月日まで入力してください（例：{EXAMPLES[name]}）"
    return None


def _date(text: str) -> PartialDate:
    """A date as a person types it, in full width too."""
    return domain.read_date_or_edtf(normalize("NFKC", text))


def _page(
    found: domain.Milestone,
    *,
    by: Person,
    typed: Mapping[str, str],
    problems: Sequence[Problem] = (),
) -> ReschedulePage:
    return ReschedulePage(
        subject=by.subject,
        milestone=found,
        due=domain.promised(found),
        typed=typed,
        problems=problems,
    )


def _form(look: Environment, page: ReschedulePage) -> Response:
    html = look.get_template("reschedule.html").render(page=page)
    return _shown(html, 422 if page.problems else 200)


def _shown(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status, STAFF_HEADERS)
