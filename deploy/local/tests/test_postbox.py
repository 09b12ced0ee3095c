"""The mailbox for development, as a program: a real SMTP client writes to it, and HTTP reads."""

import resource
import smtplib
import socket
from collections.abc import AsyncGenerator
from email.message import EmailMessage
from pathlib import Path

import browsers
import pytest
from httpx2 import AsyncClient
from playwright.async_api import async_playwright

from local import postbox
from local.postbox.box import MOST, Box
from local.postbox.letter import Letter, summary, whole
from local.settings import LOOPBACK, Settings
from local.supervisor import Supervisor

LINK = "http://127.0.0.1:8080/subscriptions/confirm/Vx3-_a"
TEXT = f"次のページでボタンを押してください。{LINK}。\n岩沼市"
MESSAGES = "/api/v1/messages"


@pytest.fixture
async def reader(settings: Settings, supervisor: Supervisor) -> AsyncGenerator[AsyncClient]:
    """Whoever reads the mails of a mailbox that runs."""
    await supervisor.start(postbox.program(settings))
    async with AsyncClient(base_url=settings.mailbox, trust_env=False) as client:
        yield client


def mail(subject: str = "登録の確認", html: str = "") -> EmailMessage:
    """A mail to a resident."""
    one = EmailMessage()
    one["From"], one["To"] = "岩沼市 <oshirase@example.jp>", "佐藤花子 <hanako@example.jp>"
    one["Subject"], one["Message-ID"] = subject, "<1@example.jp>"
    one.set_content(TEXT)
    if html:
        one.add_alternative(html, subtype="html")
    return one


def send(settings: Settings, message: EmailMessage | bytes, *to: str) -> None:
    """Send it as any program would."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    with smtplib.SMTP(LOOPBACK, settings.ports["mailbox_smtp"]) as client:
        client.sendmail("oshirase@example.jp", to or ("hanako@example.jp",), raw)


async def newest(reader: AsyncClient) -> str:
    return (await reader.get(MESSAGES)).json()["messages"][0]["ID"]


async def test_a_mail_is_listed_and_read(settings: Settings, reader: AsyncClient):
    send(settings, mail(html="<p>登録の確認</p>"), "hanako@example.jp", "kakari@example.jp")

    listed = (await reader.get(MESSAGES)).json()
    one = (await reader.get(f"/api/v1/message/{listed['messages'][0]['ID']}")).json()

    assert listed["total"] == 1
    assert one["From"] == {"Name": "岩沼市", "Address": "oshirase@example.jp"}
    assert one["To"] == [{"Name": "佐藤花子", "Address": "hanako@example.jp"}]
    assert one["Bcc"] == [{"Name": "", "Address": "kakari@example.jp"}]
    assert (one["Subject"], one["MessageID"]) == ("登録の確認", "1@example.jp")
    assert one["Text"].replace("\r\n", "\n") == TEXT + "\n"
    assert "<p>登録の確認</p>" in one["HTML"]


async def test_raw_is_what_came_below_its_envelope(settings: Settings, reader: AsyncClient):
    sent = mail().as_bytes().replace(b"\n", b"\r\n")
    send(settings, sent)

    raw = (await reader.get(f"/api/v1/message/{await newest(reader)}/raw")).content

    assert raw.startswith(b"Return-Path: <oshirase@example.jp>\r\nDelivered-To: hanako@")
    assert raw.endswith(sent)


async def test_a_person_can_follow_the_link_in_the_text(settings: Settings, reader: AsyncClient):
    send(settings, mail())

    listed = (await reader.get("/")).text
    page = (await reader.get(f"/view/{await newest(reader)}")).text

    assert "この機械の外には送られません" in listed
    assert f'<a href="/view/{await newest(reader)}">登録の確認</a>' in listed
    assert f'<a href="{LINK}" target="_blank" rel="noopener">{LINK}</a>。' in page


async def test_what_a_stranger_wrote_runs_nothing_here(settings: Settings, reader: AsyncClient):
    evil = "<script>alert(1)</script>"
    send(settings, mail(subject=evil, html=f"<p>お知らせ</p>{evil}"))

    page = await reader.get(f"/view/{await newest(reader)}")
    inner = await reader.get(f"/view/{await newest(reader)}.html")

    assert evil not in page.text + (await reader.get("/")).text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "script" not in page.headers["content-security-policy"]
    policy = inner.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy


@pytest.mark.real
@pytest.mark.skipif(browsers.found() is None, reason=browsers.MISSING)
async def test_in_a_browser_a_link_of_the_html_opens_beside_it_and_no_script_runs(
    settings: Settings, reader: AsyncClient
):
    script = "<script>parent.document.title = document.title = 'owned'</script>"
    send(settings, mail(html=f'{script}<a href="{settings.mailbox}/">一覧</a>'))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=browsers.found(), args=browsers.options()
        )
        page = await browser.new_page()
        await page.goto(f"{settings.mailbox}/view/{await newest(reader)}")
        async with page.expect_popup() as popup:
            await page.frame_locator("iframe").locator("a").click()
        opened = await popup.value
        await opened.wait_for_load_state()
        titles = [await page.title(), await opened.title()]
        await browser.close()

    assert titles == ["登録の確認 | 開発用の受信箱", "届いたメール | 開発用の受信箱"]


async def test_mails_outlive_a_restart(
    settings: Settings, reader: AsyncClient, supervisor: Supervisor
):
    send(settings, mail())
    await supervisor.stop()

    await supervisor.start(postbox.program(settings))

    assert (await reader.get(MESSAGES)).json()["messages"][0]["Subject"] == "登録の確認"


async def test_a_full_disk_is_a_reason_to_try_again_and_no_end(
    settings: Settings, reader: AsyncClient, supervisor: Supervisor
):
    pid = supervisor.kept[0].pid or 0
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (64, resource.RLIM_INFINITY))
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(settings, mail())
    half = list((settings.home / "mailbox").iterdir())
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    send(settings, mail())

    assert refused.value.smtp_code == 452
    assert half == []
    assert (await reader.get(MESSAGES)).json()["total"] == 1
    assert (supervisor.kept[0].pid, supervisor.kept[0].restarts) == (pid, 0)


async def test_mails_are_removed_by_id_or_all(settings: Settings, reader: AsyncClient):
    for subject in ("登録の確認", "お知らせ", "解除しました"):
        send(settings, mail(subject))
    await reader.request("DELETE", MESSAGES, json={"IDs": [await newest(reader), "../keys/x"]})
    left = [each["Subject"] for each in (await reader.get(MESSAGES)).json()["messages"]]

    await reader.delete(MESSAGES)

    assert left == ["お知らせ", "登録の確認"]
    assert (await reader.get(MESSAGES)).json()["messages"] == []


async def test_a_mail_that_is_not_there_is_not_found(reader: AsyncClient):
    for path in ("/view/1", "/view/1.html", "/api/v1/message/1", "/api/v1/message/../raw"):
        assert (await reader.get(path)).status_code == 404


async def test_nobody_but_this_machine_is_answered(settings: Settings, reader: AsyncClient):
    for part in ("mailbox", "mailbox_smtp"):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", settings.ports[part])).close()

    assert (await reader.get("/", headers={"Host": "evil.example"})).status_code == 400


def test_the_oldest_mails_make_room(tmp_path: Path):
    box = Box(tmp_path)

    for number in range(MOST + 2):
        box.keep("oshirase@example.jp", ["hanako@example.jp"], b"Subject: %d\r\n\r\n" % number)

    kept = [Letter.read(each, box.read(each) or b"").header("Subject") for each in box.ids()]
    assert kept == [str(number) for number in reversed(range(2, MOST + 2))]


def test_half_a_mail_of_a_power_cut_is_cleared_away(tmp_path: Path):
    (tmp_path / "1.new").write_bytes(b"Subject: ")

    assert Box(tmp_path).ids() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?x-nobody?B?44GC?=\r\n\r\n",
        b"Subject: =?utf-8?B?4?=\r\nTo: ,;<<>@\r\n\r\n",
        b"Content-Type: text/plain; charset=x-nobody\r\n\r\n\xe5\xb2\xa9",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
        b"Content-Type: ;;;=\r\nFrom: \xe5\xb2\xa9\xe6\xb2\xbc\r\n\r\n",
    ],
)
def test_a_mail_however_badly_written_can_be_looked_at(raw: bytes):
    letter = Letter.read("1", raw)

    assert summary(letter)
    assert whole(letter)
    assert letter.headers is not None
    assert letter.pieces


def test_bare_utf8_in_a_header_is_read():
    letter = Letter.read("1", "From: 岩沼市 <a@example.jp>\r\n\r\n".encode())

    assert letter.addresses("From") == [{"Name": "岩沼市", "Address": "a@example.jp"}]
