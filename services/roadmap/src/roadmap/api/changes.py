"""The public change log for machines: every row with its hashes, and the head to keep."""

import json
from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from roadmap import domain
from roadmap.api.asking import Answer, AtDesk, KnownAsked
from roadmap.domain import Change, Head
from web import cursors, etags
from web.problems import Refused

LAST = 2**63 - 1
router = APIRouter()

After: TypeAlias = Annotated[
    int, Query(ge=0, le=LAST, description="The `seq` after which to begin")
]


class HeadAnswer(Answer):
    """The last row of the log: keep it, and you can prove what is changed before it later."""

    seq: int
    hash: str


class LogRowAnswer(Answer):
    """One row; hashes and salt are hexadecimal, and docs/subscribers.md says how they are made."""

    seq: int
    at: datetime
    event_id: UUID | None
    """The event that was said, the same on every channel; null: a record that is no event."""
    type: str | None
    subject: str | None
    digest: str
    prev: str
    hash: str
    salt: str | None
    scheme: int
    """How the hash was made: 1 without the row's event_id, type and subject, 2 with them."""
    body: dict[str, Any] | None
    """The event as CloudEvents writes it in JSON; null: the text was taken out, by law or by mistake."""


class ChangesAnswer(Answer):
    """Rows in their order, at most `limit`; the Link header leads to what follows."""

    head: HeadAnswer
    changes: list[LogRowAnswer]


@router.get("/changes", response_model=ChangesAnswer)
async def changes(
    request: Request,
    desk: AtDesk,
    *,
    after: After = 0,
    limit: cursors.Limit = 100,
    known: KnownAsked = None,
) -> Response:
    """What was said and recorded, in the order of the commits; nothing comes before `after` later.

    With `known` the log as it was then. It is never answered as `immutable`, for a text may be taken out.
    """
    then = domain.read_at(None, known, desk.now()).known
    async with desk.read() as store:
        head = await store.log.head_then(then) if then else await store.log.head()
        found = [row for row in await store.log.after(after, limit) if row.seq <= head.seq]
    if after > head.seq:
        sentence = (
            f"The log ends at {head.seq}: whoever gave you {after} has another log than this."
        )
        raise Refused(400, "cursor-from-the-future", sentence)
    answer = ChangesAnswer(head=_head(head), changes=[_change(each) for each in found])
    return etags.public(request, answer, _link(request, found, head))


def _link(request: Request, found: list[Change], head: Head) -> dict[str, str]:
    if not found or found[-1].seq == head.seq:
        return {}
    query = request.url.include_query_params(after=found[-1].seq).query
    return {"Link": f'<{request.url.path}?{query}>; rel="next"'}


def _head(head: Head) -> HeadAnswer:
    return HeadAnswer(seq=head.seq, hash=head.hash.hex())


def _change(change: Change) -> LogRowAnswer:
    return LogRowAnswer(
        seq=change.seq,
        at=change.at,
        event_id=change.event_id,
        type=change.type,
        subject=change.subject,
        digest=change.digest.hex(),
        prev=change.prev.hex(),
        hash=change.hash.hex(),
        salt=change.salt.hex() if change.salt is not None else None,
        scheme=change.scheme,
        body=json.loads(change.body) if change.body is not None else None,
    )
