"""The staff's way to load a plan: a file is chosen, looked at, answered about and confirmed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from contracts.values import Refusal
from documents import MAX_BYTES, Problem as Flaw, Unreadable
from pages import STAFF_HEADERS
from process.staff import form as sent_by
from roadmap import handlers
from roadmap.exports.tables import OtherSeparator
from roadmap.pages.staff.confirming import TAKEN, UNFIT, confirming
from roadmap.pages.staff.fields import Problem
from roadmap.pages.staff.filling import ByApprover, ByEditor, ByStaff, Counter
from roadmap.pages.staff.forms import Form
from roadmap.pages.staff.reviewing import reviewed
from roadmap.pages.staff.tabling import NO_TABLE, confirming_table
from roadmap.pages.staff.uploading import Part, parts_of
from roadmap.store.imports import is_table
from web.problems import Refused

router = APIRouter(prefix="/import")

# A file may come beside the text of the one that was sent before, whose lines a browser ends with two characters.
MOST_BYTES = 2 * MAX_BYTES + 250_000
REFUSED = {**TAKEN, **NO_TABLE}
TOO_LARGE = 413
MOST_ANSWERS = 50_000  # boxes: each of 5,000 nodes, with all that it may have become
LARGE = f"大きすぎます。{MAX_BYTES:,}バイトまでのファイルを選んでください"
CHOOSE = "計画のファイルを選ぶか、中身を貼り付けてください"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """Where a plan's file is chosen."""

    subject: str
    text: str = ""
    """What was sent, to be put right and sent again."""
    flaws: Sequence[Flaw] = ()
    """All that is wrong in the file."""
    refused: Sequence[Problem] = ()
    known: str = ""
    """The revision that was sent and is loaded already."""
    unchanged: int = 0
    """So many rows has a table that was sent, and all are on record already."""

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong, the file's own flaws by their places."""
        places = enumerate(self.flaws, 1)
        told = [(f"flaw-{n}", f"{each.line}行目：{each.message}") for n, each in places]
        return [*self.refused, *told]


@router.get("")
async def choose(counter: ByEditor) -> Response:
    """Where a file is chosen."""
    return _choosing(counter, Choosing(subject=counter.person.subject))


@router.post("")
async def look(request: Request, counter: ByEditor) -> Response:
    """Keep a plan that can be loaded, and lead to what it would change; else tell what is wrong."""
    page = Choosing(subject=counter.person.subject)
    try:
        part = _sent(parts_of(request.headers.get("Content-Type", ""), await request.body()))
    except Refused as refused:
        if refused.status_code != TOO_LARGE:
            raise
        return _choosing(counter, replace(page, refused=[("file", LARGE)]), TOO_LARGE)
    if len(part.body) > MAX_BYTES:
        return _choosing(counter, replace(page, refused=[("file", LARGE)]), TOO_LARGE)
    if not part.body.strip():
        return _choosing(counter, replace(page, refused=[("file", CHOOSE)]), 422)
    keep = _keep_table if is_table(part.file) else _keep
    page = replace(page, text="" if keep is _keep_table else part.text)
    return await _or_what_is_wrong(counter, page, lambda: keep(counter, page, part))


@router.get("/{import_id}")
async def show(import_id: UUID, counter: ByStaff) -> Response:
    """What it would change, what is asked about it, and where it is confirmed."""
    page = Choosing(subject=counter.person.subject)
    return await _or_what_is_wrong(counter, page, lambda: _shown(counter, import_id))


@router.post("/{import_id}/answers")
async def answer(import_id: UUID, request: Request, counter: ByEditor) -> Response:
    """Keep what became of what is gone, all answers at once."""
    sent = await sent_by(request, MOST_ANSWERS)
    page = Choosing(subject=counter.person.subject)
    return await _or_what_is_wrong(counter, page, lambda: _answered(counter, import_id, sent))


@router.post("/{import_id}")
async def confirm(import_id: UUID, request: Request, counter: ByApprover) -> Response:
    """Load it by a decision, or show what would be published."""
    page = Choosing(subject=counter.person.subject)
    return await _or_what_is_wrong(counter, page, lambda: _confirmed(counter, import_id, request))


async def _shown(counter: Counter, import_id: UUID) -> Response:
    return await counter.ask(await _form(counter, import_id))


async def _confirmed(counter: Counter, import_id: UUID, request: Request) -> Response:
    return await counter.take(await _form(counter, import_id), request)


async def _form(counter: Counter, import_id: UUID) -> Form:
    """The form by which what waits is taken over: a plan, or a table."""
    async with counter.desk.read() as store:
        sent = await store.imports.one(import_id)
    if sent.table:
        return confirming_table(import_id)
    return confirming(import_id, await handlers.read(sent.body, sent.name))


async def _keep_table(counter: Counter, page: Choosing, part: Part) -> Response:
    now, by, sent = counter.desk.now(), counter.person.subject, (part.body, part.file)
    async with counter.desk.open(now) as (store, say):
        run = await handlers.look_at_table(sent, store, say=say, now=now, by=by)
        if not run.edits:
            return _choosing(counter, replace(page, text="", unchanged=run.rows))
        import_id = await store.imports.keep(part.file, part.body, by=by, now=now)
    return _leading(f"/plan/staff/import/{import_id}")


async def _keep(counter: Counter, page: Choosing, part: Part) -> Response:
    plan, now = await handlers.read(part.body, part.file), counter.desk.now()
    async with counter.desk.read() as store:
        base = await store.base()
    run = await handlers.look(plan, base, city=counter.desk.speaker.municipality)
    if not run.news:
        return _choosing(counter, replace(page, known=plan.revision.revision_id))
    by = counter.person.subject
    async with counter.desk.open(now) as (store, _):
        import_id = await store.imports.keep(part.file, part.body, by=by, now=now)
    return _leading(f"/plan/staff/import/{import_id}")


async def _answered(counter: Counter, import_id: UUID, sent: dict[str, str]) -> Response:
    """Keep the answers, or the page again with what is wrong with them."""
    desk, city = counter.desk, counter.desk.speaker.municipality
    async with desk.open(desk.now()) as (store, _):
        waiting, base = await handlers.waiting(import_id, store), await store.base()
    plan = await handlers.read(waiting.body, waiting.name)
    review = await reviewed(waiting, (plan, base), city=city, roles=counter.person.roles)
    typed = review.typed(sent)
    problems = review.wrong(typed)
    if not problems:
        try:
            run = await handlers.look(plan, base, city=city, answers=review.answers(typed))
            async with desk.open(desk.now()) as (store, _):
                await handlers.answer(import_id, run.answers, store, by=counter.person.subject)
        except tuple(UNFIT) as refused:
            problems = [("questions", UNFIT[type(refused)])]
        else:
            return _leading(review.path)
    return await counter.ask(confirming(import_id, plan, typed), problems=problems)


async def _or_what_is_wrong(
    counter: Counter, page: Choosing, do: Callable[[], Awaitable[Response]]
) -> Response:
    """Do it; a file that cannot be loaded, or not any more, is told where a file is chosen."""
    try:
        return await do()
    except Unreadable as unread:
        return _choosing(counter, replace(page, flaws=unread.problems), 422)
    except tuple(REFUSED) as refused:
        told = f"{REFUSED[type(refused)]}{_named_in(refused)}"
        return _choosing(counter, replace(page, refused=[("file", told)]), 422)


def _named_in(refused: Exception) -> str:
    """What a refusal names: ids, columns, lines; nothing where all is said."""
    detail = refused.detail if isinstance(refused, Refusal) else ""
    return "" if isinstance(refused, OtherSeparator) or not detail else f"（{detail}）"


def _sent(parts: dict[str, Part]) -> Part:
    """The file that was chosen; else what was pasted."""
    none = Part("", b"")
    file, text = parts.get("file", none), parts.get("text", none)
    if file.body:
        return Part(_named(file.file), file.body)
    return Part("plan.yaml", text.text.encode() if text.text else text.body)


def _named(file: str) -> str:
    """The name alone, as problems call it: some browsers send where it lies, too."""
    name = file.replace("\\", "/").rpartition("/")[2][-200:]
    return name if name.isprintable() and name else "plan.yaml"


def _leading(path: str) -> Response:
    return Response(status_code=303, headers={"Location": path, "Cache-Control": "no-store"})


def _choosing(counter: Counter, page: Choosing, status: int = 200) -> Response:
    html = counter.look.get_template("staff_import.html").render(page=page)
    return HTMLResponse(html, status, STAFF_HEADERS)
