import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
from clocks import Clock
from httpx2 import AsyncClient, Response
from mailservers import Inbox

from chassis.saying import Desk
from contracts.notify import NoticeIssued
from notify.domain import Keys, Preferences, Unsubscribe
from notify.store import Store
from notify.work import Office, dispatch

pytestmark = pytest.mark.real

WISH = {"address": "taro@example.jp", "topics": "plan"}
CLICK = {"List-Unsubscribe": "One-Click"}


def path_in(mail: EmailMessage, kind: str) -> str:
    """The path of the link of this kind in a mail."""
    body = mail.get_body(("plain",))
    assert body
    found = re.search(rf"/subscriptions/{kind}/[\w-]+", body.get_content())
    assert found
    return found[0]


def title(answer: Response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text)
    assert found
    return found[1]


async def topics(desk: Desk[Store]) -> list[str]:
    rows = await desk.pool.fetch("select topic from subscription order by topic")
    return [row["topic"] for row in rows]


async def state(desk: Desk[Store]) -> str:
    return str(await desk.pool.fetchval("select state from endpoint"))


@pytest.fixture
async def link(client: AsyncClient, desk: Desk[Store], office: Office, box: Inbox) -> str:
    """The path in the mail that follows on the form."""
    await client.post("/subscriptions", data=WISH)
    await dispatch(office, desk)
    (mail,) = [mail for mail in box.mails if mail["List-Unsubscribe"] is None]
    return path_in(mail, "confirm")


async def test_the_form_offers_everything_and_each_initiative_that_was_heard_of(
    client: AsyncClient, desk: Desk[Store]
):
    async with desk.open(desk.now()) as (store, _):
        await store.keep_heard_milestone("ms-std20", "2-1", "標準化対応期限")

    page = await client.get("/subscriptions")

    assert "計画と手続の、すべてのお知らせ" in page.text
    assert "施策2-1（標準化対応期限）" in page.text


async def test_whoever_asks_gets_a_mail_with_a_link(link: str, desk: Desk[Store], box: Inbox):
    assert box.recipients == ["taro@example.jp"]
    assert await state(desk) == "pending"
    assert await topics(desk) == []


async def test_a_confirmation_has_no_unsubscribe(link: str, box: Inbox):
    (mail,) = box.mails

    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None


async def test_a_prefetch_confirms_nothing(link: str, client: AsyncClient, desk: Desk[Store]):
    opened, looked = await client.get(link), await client.head(link)

    assert title(opened) == "登録の確認"
    assert looked.status_code == 200
    assert await state(desk) == "pending"


async def test_the_button_confirms_once(link: str, client: AsyncClient, desk: Desk[Store]):
    first, second = await client.post(link), await client.post(link)

    assert (title(first), title(second)) == ("登録しました", "登録済みです")
    assert (await state(desk), await topics(desk)) == ("active", ["plan"])
    assert title(await client.get(link)) == "登録済みです"


async def test_a_confirmation_ends_after_two_days(
    link: str, client: AsyncClient, clock: Clock, desk: Desk[Store]
):
    clock.pass_by(timedelta(hours=48))

    answers = [await client.get(link), await client.post(link)]

    assert {answer.status_code for answer in answers} == {404}
    assert await state(desk) == "pending"


async def test_of_the_token_only_a_fingerprint_is_left(link: str, desk: Desk[Store]):
    token = link.rpartition("/")[2]

    dumped = [
        str([dict(row) for row in await desk.pool.fetch(f"select * from {table}")])  # noqa: S608 names of ours
        for table in ("endpoint", "confirmation", "delivery")
    ]

    assert not [text for text in dumped if token in text or "taro" in text]
    assert await desk.pool.fetchval("select sealed_token from delivery") is None


@pytest.mark.parametrize("address", ["hanako@example.jp", "HANAKO@example.jp", "taro@example.jp"])
async def test_whether_an_address_is_known_is_told_to_nobody(
    client: AsyncClient, hanako: int, address: str
):
    known = await client.post(
        "/subscriptions", data={"address": "new@example.jp", "topics": "plan"}
    )

    answer = await client.post("/subscriptions", data={"address": address, "topics": "plan"})

    assert (answer.status_code, answer.text) == (known.status_code, known.text)


async def test_who_subscribes_already_is_sent_a_link_to_the_preferences(
    client: AsyncClient, desk: Desk[Store], office: Office, box: Inbox, hanako: int
):
    await client.post("/subscriptions", data={"address": "hanako@example.jp", "topics": "plan"})
    await dispatch(office, desk)

    (mail,) = box.mails
    page = await client.get(path_in(mail, "p"))

    assert title(page) == "登録の内容"
    assert "h•••@example.jp" in page.text


async def test_one_more_topic_is_confirmed_and_comes_to_those_that_are_there(
    client: AsyncClient, desk: Desk[Store], office: Office, box: Inbox, hanako: int
):
    async with desk.open(desk.now()) as (store, _):
        await store.keep_heard_milestone("ms-std20", "2-1", "標準化対応期限")

    wish = {"address": "hanako@example.jp", "topics": "initiative:2-1"}
    await client.post("/subscriptions", data=wish)
    await dispatch(office, desk)
    assert await topics(desk) == ["plan"]
    (mail,) = box.mails
    await client.post(path_in(mail, "confirm"))

    assert await topics(desk) == ["initiative:2-1", "plan"]


async def test_an_address_that_was_suppressed_is_not_written_to(
    client: AsyncClient, desk: Desk[Store], hanako: int
):
    async with desk.open(desk.now()) as (store, _):
        await store.suppress(hanako)

    answer = await client.post(
        "/subscriptions", data={"address": "hanako@example.jp", "topics": "plan"}
    )

    assert title(answer) == "メールを確かめてください"
    assert await desk.pool.fetchval("select count(*) from delivery") == 0


async def test_an_address_gets_one_mail_in_ten_minutes(
    client: AsyncClient, desk: Desk[Store], office: Office, box: Inbox, clock: Clock
):
    for minutes in (0, 4, 5, 1):
        clock.pass_by(timedelta(minutes=minutes))
        await client.post("/subscriptions", data=WISH)
        await dispatch(office, desk)

    assert len(box.taken) == 2


@pytest.mark.parametrize(
    "address",
    ["", "taro", "ta..ro@example.jp", "taro@example.jp\r\nBcc: x@example.jp", "a\x00@example.jp"],
)
async def test_a_bad_address_is_named_and_what_was_typed_stays(client: AsyncClient, address: str):
    answer = await client.post("/subscriptions", data={"address": address, "topics": "plan"})

    assert answer.status_code == 422
    assert '<a href="#address">' in answer.text
    assert 'value="plan" checked' in answer.text
    assert f'value="{address.partition(chr(13))[0]}' in answer.text.replace("\x00", "\x00")


async def test_full_width_letters_are_folded(
    client: AsyncClient, desk: Desk[Store], office: Office, box: Inbox
):
    await client.post(
        "/subscriptions", data={"address": "　ｔａｒｏ＠example.jp", "topics": "plan"}
    )

    await dispatch(office, desk)

    assert box.recipients == ["taro@example.jp"]


async def test_without_a_topic_the_form_comes_back(client: AsyncClient):
    answer = await client.post(
        "/subscriptions", data={"address": "taro@example.jp", "topics": "mars"}
    )

    assert answer.status_code == 422
    assert '<a href="#topics">' in answer.text
    assert 'value="taro@example.jp"' in answer.text


async def test_a_form_that_nobody_could_fill_in_is_refused(client: AsyncClient):
    answer = await client.post("/subscriptions", content="&".join(f"a{i}=1" for i in range(200)))

    assert answer.status_code == 422


@pytest.fixture
def choice(keys: Keys, hanako: int, clock: Clock) -> str:
    """Hanako's link to her preferences."""
    return f"/subscriptions/p/{keys.preferences(Preferences(hanako, 1, clock.now + timedelta(days=30)))}"


async def test_topics_are_chosen_anew(client: AsyncClient, desk: Desk[Store], choice: str):
    async with desk.open(desk.now()) as (store, _):
        await store.keep_heard_milestone("ms-std20", "2-1", "標準化対応期限")

    answer = await client.post(choice, data={"topics": "initiative:2-1"})

    assert title(answer) == "登録の内容を変えました"
    assert await topics(desk) == ["initiative:2-1"]


async def test_choosing_nothing_ends_all_and_the_link_with_it(
    client: AsyncClient, desk: Desk[Store], choice: str
):
    answer = await client.post(choice, data={})

    assert title(answer) == "すべて解除しました"
    assert await topics(desk) == []
    assert (await client.get(choice)).status_code == 404


async def test_an_address_is_forgotten_when_its_owner_says_so(
    client: AsyncClient, desk: Desk[Store], choice: str
):
    answer = await client.post(f"{choice}/forget")

    assert title(answer) == "メールアドレスを消しました"
    assert await desk.pool.fetchval("select count(*) from endpoint") == 0
    assert (await client.get(choice)).status_code == 404


async def test_a_link_to_preferences_ends_after_thirty_days(
    client: AsyncClient, clock: Clock, choice: str
):
    clock.pass_by(timedelta(days=30))

    assert (await client.get(choice)).status_code == 404


@pytest.fixture
def click(keys: Keys, hanako: int, told: NoticeIssued) -> str:
    """Where one click ends Hanako's subscription."""
    return f"/subscriptions/u/{keys.unsubscribe(Unsubscribe(hanako, UUID(told.notice_id)))}"


async def test_one_click_ends_the_subscription_also_the_second_time(
    client: AsyncClient, desk: Desk[Store], click: str
):
    first = await client.post(click, data=CLICK)
    second = await client.post(click, files={"List-Unsubscribe": (None, "One-Click")})

    assert (first.status_code, second.status_code) == (200, 200)
    assert await topics(desk) == []


async def test_one_click_is_answered_when_the_address_is_forgotten(
    client: AsyncClient, desk: Desk[Store], click: str, hanako: int
):
    async with desk.open(desk.now()) as (store, _):
        await store.forget(hanako)

    assert (await client.post(click, data=CLICK)).status_code == 200


@pytest.mark.parametrize("way", ["choice", "click"])
async def test_whoever_ended_everything_may_subscribe_again(
    client: AsyncClient,
    desk: Desk[Store],
    office: Office,
    box: Inbox,
    *,
    choice: str,
    click: str,
    way: str,
):
    await client.post({"choice": choice, "click": click}[way])
    assert await topics(desk) == []

    await client.post("/subscriptions", data={**WISH, "address": "hanako@example.jp"})
    await dispatch(office, desk)
    (mail,) = box.mails
    answer = await client.post(path_in(mail, "confirm"))

    assert title(answer) == "登録しました"
    assert (await state(desk), await topics(desk)) == ("active", ["plan"])


async def test_opening_the_link_ends_nothing(client: AsyncClient, desk: Desk[Store], click: str):
    page = await client.get(click)

    assert title(page) == "お知らせのメールをやめる"
    assert await topics(desk) == ["plan"]


async def test_forged_cut_old_and_unknown_links_have_one_and_the_same_answer(
    client: AsyncClient, keys: Keys, choice: str, click: str
):
    forged = replace(keys, sign=bytes(32)).unsubscribe(Unsubscribe(1, UUID(int=1)))
    paths = [f"/subscriptions/u/{forged}", click[:-1], click + "A", choice[:-4], f"{choice}A"]
    paths += [f"/subscriptions/{kind}/{'A' * 43}" for kind in ("confirm", "p", "u")]

    answers = [await ask(path) for path in paths for ask in (client.get, client.post)]

    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert {answer.headers["referrer-policy"] for answer in answers} == {"no-referrer"}


@pytest.mark.parametrize("path", ["confirm/cut", "confirm", "p/cut", "u/cut", "cut"])
async def test_a_link_that_does_not_work_says_so_and_leads_to_the_form(
    client: AsyncClient, path: str
):
    answer = await client.get(f"/subscriptions/{path}")

    assert (answer.status_code, title(answer)) == (404, "このリンクは使えません")
    assert "期限が切れたか、途中で切れているかもしれません。" in answer.text
    assert 'class="m-goto"><a href="/subscriptions">' in answer.text


async def test_what_a_link_leads_to_is_kept_nowhere(
    client: AsyncClient, choice: str, click: str, link: str
):
    for path in (choice, click, link):
        headers = (await client.get(path)).headers

        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
