import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
from clocks import Clock
from forks import until
from mailservers import DROP, HANG, Inbox, trouble

from chassis.saying import Desk
from contracts.notify import NoticeIssued
from notify import handlers
from notify.domain import Leave
from notify.store import Store
from notify.work import Office, dispatch

pytestmark = pytest.mark.real

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SOON = timedelta(seconds=0.2)


def at(office: Office, port: int, seconds: float = 5) -> Office:
    """The same office before another mail server."""
    return replace(office, relay=replace(office.relay, port=port, seconds=seconds))


async def row(desk: Desk[Store]) -> dict[str, object]:
    found = await desk.pool.fetchrow("select * from delivery")
    assert found
    return dict(found)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body
    return body.get_content()


async def test_a_notice_is_sent_as_a_mail_in_plain_japanese(
    desk: Desk[Store], office: Office, box: Inbox, told: NoticeIssued
):
    worked = await dispatch(office, desk)

    (mail,) = box.mails
    assert worked
    assert (await row(desk))["state"] == "accepted"
    assert box.recipients == ["hanako@example.jp"]
    assert mail["Subject"] == "【岩沼市】「標準化対応期限」の期日が変わりました"
    assert "・いまの期日：令和9年12月\r\n" in part(mail, "plain")
    assert f"https://machi.example.jp/notices/{told.notice_id}" in part(mail, "html")


async def test_of_two_notices_about_the_same_only_the_later_is_sent(
    desk: Desk[Store], office: Office, box: Inbox, told: NoticeIssued, told_again: NoticeIssued
):
    await dispatch(office, desk)

    (mail,) = box.mails
    found = await desk.pool.fetch("select notice_id, state, why from delivery order by queued_at")
    assert told_again.page in part(mail, "plain")
    assert [each["state"] for each in found] == ["expired", "accepted"]
    assert found[0]["why"] == "a later notice says more"


async def test_a_mail_can_be_left_with_one_click_and_fetches_nothing(
    desk: Desk[Store], office: Office, box: Inbox, told: NoticeIssued
):
    await dispatch(office, desk)

    (mail,), (raw,) = box.mails, box.taken
    delivery_id = (await row(desk))["delivery_id"]
    assert mail["Message-ID"] == f"<{delivery_id}@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == MONDAY
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert b"\r\nList-Unsubscribe: <https://machi.example.jp/subscriptions/u/" in b"\r\n" + raw
    assert "src=" not in part(mail, "html")
    assert "<link" not in part(mail, "html")


async def test_the_row_says_that_it_is_tried_before_the_server_hears_of_it(
    desk: Desk[Store], office: Office, told: NoticeIssued
):
    async with trouble("connect", HANG) as server:
        trying = asyncio.create_task(dispatch(at(office, server.port), desk))
        await server.met.wait()
        state = (await row(desk))["state"]
        trying.cancel()

    assert state == "attempting"


@pytest.mark.parametrize(
    ("step", "answer", "state", "why"),
    [
        ("connect", DROP, "queued", "SMTPConnectError"),
        ("connect", "421 4.3.2 too busy", "queued", "421 4.3.2"),
        ("connect", "554 5.3.2 no mail here", "queued", "554 5.3.2"),
        ("mail", DROP, "queued", "SMTPServerDisconnected"),
        ("mail", "550 5.7.1 who are you", "queued", "our sender was refused: 550 5.7.1"),
        ("rcpt", "450 4.2.1 hanako@example.jp is greylisted", "queued", "450 4.2.1"),
        ("rcpt", "550 5.1.1 hanako@example.jp is unknown", "refused", "550 5.1.1"),
        ("rcpt", "552 hanako@example.jp is full", "refused", "552"),
        ("rcpt", DROP, "queued", "SMTPServerDisconnected"),
        ("data", "451 4.3.0 later", "queued", "451 4.3.0"),
        ("data", "554 5.6.0 no", "refused", "554 5.6.0"),
        ("dot", "451 4.3.0 later", "queued", "451 4.3.0"),
        ("dot", "554 5.6.0 no", "refused", "554 5.6.0"),
    ],
)
async def test_what_the_server_answers_is_certain(
    desk: Desk[Store],
    office: Office,
    told: NoticeIssued,
    step: str,
    answer: str,
    state: str,
    why: str,
):
    async with trouble(step, answer) as server:
        await dispatch(at(office, server.port), desk)

    found = await row(desk)
    assert (found["state"], found["why"], found["doubts"]) == (state, why, 0)


@pytest.mark.parametrize(
    ("step", "answer"), [("data", DROP), ("data", HANG), ("dot", DROP), ("dot", HANG)]
)
async def test_a_server_that_is_gone_after_the_data_leaves_doubt(
    desk: Desk[Store], office: Office, told: NoticeIssued, step: str, answer: str
):
    async with trouble(step, answer) as server:
        await dispatch(at(office, server.port, seconds=0.5), desk)

    found = await row(desk)
    assert (found["state"], found["doubts"], found["attempts"]) == ("queued", 1, 1)


@pytest.mark.parametrize("answer", ["\xff\x00hello", "199 what", "hello"])
async def test_an_answer_after_the_data_that_nobody_understands_leaves_doubt(
    desk: Desk[Store], office: Office, told: NoticeIssued, answer: str
):
    async with trouble("dot", answer) as server:
        await dispatch(at(office, server.port), desk)

    found = await row(desk)
    assert (found["state"], found["doubts"]) == ("queued", 1)


async def test_a_no_that_speaks_of_something_else_forgets_nobody(
    desk: Desk[Store], office: Office, told: NoticeIssued
):
    async with trouble("rcpt", "550 5.7.1 Client host [23.5.1.1] blocked") as server:
        await dispatch(at(office, server.port), desk)

    assert await desk.pool.fetchval("select state from endpoint") == "active"


async def test_a_second_doubt_stays_one(
    desk: Desk[Store], office: Office, clock: Clock, told: NoticeIssued
):
    async with trouble("dot", DROP) as server:
        await dispatch(at(office, server.port), desk)
        clock.pass_by(timedelta(minutes=11))
        await dispatch(at(office, server.port), desk)
        clock.pass_by(timedelta(days=1))
        again = await dispatch(at(office, server.port), desk)

    assert not again
    assert server.whole == 2
    assert (await row(desk))["state"] == "uncertain"


async def test_a_server_that_is_away_is_waited_for(
    desk: Desk[Store], office: Office, box: Inbox, clock: Clock, told: NoticeIssued
):
    async with trouble("connect", DROP) as server:
        away = at(office, server.port)
    await dispatch(away, desk)
    clock.pass_by(timedelta(minutes=7))

    await dispatch(office, desk)

    assert len(box.taken) == 1
    assert (await row(desk))["attempts"] == 2


async def test_an_address_that_is_unknown_to_its_server_is_written_to_no_more(
    desk: Desk[Store], office: Office, told: NoticeIssued, hanako: int
):
    async with trouble("rcpt", "550 5.1.1 no such user") as server:
        await dispatch(at(office, server.port), desk)

    async with desk.read() as store:
        endpoint = await store.endpoint(hanako)
        assert await store.subscriptions(hanako) == []
    assert endpoint
    assert (endpoint.state, endpoint.sealed) == ("suppressed", b"")


@pytest.mark.parametrize(
    "answer", ["550 5.1.8 we do not know you", "550 5.7.1 no", "452 4.2.2 full"]
)
async def test_what_is_said_of_us_or_of_today_leaves_the_address_as_it_is(
    desk: Desk[Store], office: Office, told: NoticeIssued, hanako: int, answer: str
):
    async with trouble("rcpt", answer) as server:
        await dispatch(at(office, server.port), desk)

    async with desk.read() as store:
        endpoint = await store.endpoint(hanako)
    assert endpoint
    assert endpoint.state == "active"


async def test_two_replicas_send_nothing_twice(
    desk: Desk[Store], office: Office, box: Inbox, told: NoticeIssued
):
    await many(desk, told, 40)

    async def replica() -> None:
        while await dispatch(office, desk):
            pass

    await asyncio.gather(*(replica() for _ in range(4)))

    ids = [mail["Message-ID"] for mail in box.mails]
    assert len(ids) == len(set(ids)) == 41


async def many(desk: Desk[Store], told: NoticeIssued, number: int) -> None:
    """The same notice on its way so many times more."""
    await desk.pool.execute(
        """
        insert into delivery (delivery_id, kind, endpoint_id, notice_id, lane, queued_at, due_at, expires_at)
        select uuidv7(), kind, endpoint_id, notice_id, lane, queued_at, due_at, expires_at
          from delivery, generate_series(1, $1)
        """,
        number,
    )


async def claimed(desk: Desk[Store], lease: UUID) -> list[UUID]:
    """Claimed by a worker that then falls silent."""
    async with desk.open(desk.now()) as (store, _):
        return await store.ledger.claim(lease, 8, lasts=SOON, now=desk.now())


async def test_a_killed_worker_is_noticed_in_seconds(
    desk: Desk[Store], office: Office, box: Inbox, told: NoticeIssued
):
    await claimed(desk, uuid4())

    await until(lambda: dispatch(office, desk))

    found = await row(desk)
    assert (found["state"], found["attempts"], len(box.taken)) == ("accepted", 1, 1)


async def test_what_a_killed_worker_was_trying_is_in_doubt(
    desk: Desk[Store], office: Office, box: Inbox, clock: Clock, told: NoticeIssued
):
    lease = uuid4()
    (delivery_id,) = await claimed(desk, lease)
    async with desk.open(desk.now()) as (store, _):
        await handlers.begin(delivery_id, lease, store, now=desk.now())

    await until(doubted(desk, office))
    clock.pass_by(timedelta(minutes=11))
    await dispatch(office, desk)

    found = await row(desk)
    assert (found["state"], found["attempts"], found["doubts"]) == ("accepted", 2, 1)


def doubted(desk: Desk[Store], office: Office) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        await dispatch(office, desk)
        return (await row(desk))["doubts"] == 1

    return look


async def test_a_stolen_lease_writes_nothing(
    desk: Desk[Store], office: Office, box: Inbox, told: NoticeIssued
):
    lease = uuid4()
    (delivery_id,) = await claimed(desk, lease)
    await until(lambda: dispatch(office, desk))

    async with desk.open(desk.now()) as (store, _):
        woken = await handlers.begin(delivery_id, lease, store, now=desk.now())

    assert woken is None
    assert len(box.taken) == 1


async def test_a_lease_lasts_as_long_as_its_worker_is_at_it(
    desk: Desk[Store], office: Office, told: NoticeIssued
):
    async with trouble("dot", HANG) as server:
        slow = replace(at(office, server.port, seconds=1.5), lease=timedelta(seconds=0.6))
        await asyncio.gather(dispatch(slow, desk), server.met.wait())
        again = await dispatch(slow, desk)

    found = await row(desk)
    assert not again
    assert (found["doubts"], found["attempts"]) == (1, 1)


async def test_an_unsubscription_holds_for_mail_in_the_queue(
    desk: Desk[Store], office: Office, box: Inbox, told: NoticeIssued, hanako: int
):
    async with desk.open(desk.now()) as (store, _):
        left = Leave(endpoint_id=hanako, notice_id=UUID(told.notice_id))
        await handlers.leave(left, store, now=desk.now())

    await dispatch(office, desk)

    assert box.taken == []
    assert (await row(desk))["state"] == "suppressed"


async def test_an_expired_notice_is_never_sent(
    desk: Desk[Store], office: Office, box: Inbox, clock: Clock, told: NoticeIssued
):
    clock.pass_by(timedelta(days=14))

    await dispatch(office, desk)

    assert box.taken == []
    assert (await row(desk))["state"] == "expired"


async def test_with_other_keys_nothing_is_sent_and_the_row_says_why(
    desk: Desk[Store], office: Office, box: Inbox, told: NoticeIssued
):
    others = replace(office, keys=replace(office.keys, seal=bytes(32)))

    await dispatch(others, desk)

    assert box.taken == []
    found = await row(desk)
    assert (found["state"], found["why"]) == ("queued", "its address was sealed with other keys")


async def test_letters_go_before_notices(
    desk: Desk[Store], office: Office, box: Inbox, told: NoticeIssued, hanako: int
):
    await many(desk, told, 20)
    async with desk.open(desk.now()) as (store, _):
        until_then = desk.now() + timedelta(days=2)
        await store.ledger.queue_letter(
            uuid4(), "preferences", hanako, until=until_then, now=desk.now()
        )

    await dispatch(office, desk)

    assert "【岩沼市】お知らせの登録の内容" in [mail["Subject"] for mail in box.mails]
    assert len(box.taken) == 8
