from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from mailservers import Inbox

from notify.domain import Refused
from notify.senders.mail import Letter, Relay, send, written

pytestmark = pytest.mark.real

RELAY = Relay(host="127.0.0.1", port=1, sender="oshirase@machi.example.jp", seconds=5)
LETTER = Letter(
    delivery_id=UUID(int=1),
    written_at=datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
    to="hanako@example.jp",
    subject="期日が変わりました",
    text="本文です。\n",
    html="<p>本文です。</p>",
    unsubscribe="https://machi.example.jp/subscriptions/u/" + "A" * 300,
)


@pytest.mark.parametrize("sign", ["\r", "\n", "\x00", "\r\nBcc: all@example.jp"])
@pytest.mark.parametrize("field", ["to", "subject"])
async def test_what_would_begin_another_header_is_refused_again(box: Inbox, field: str, sign: str):
    letter = replace(LETTER, **{field: f"hanako@example.jp{sign}"})

    outcome = await send(letter, replace(RELAY, port=box.port))

    assert isinstance(outcome, Refused)
    assert box.taken == []


def test_the_way_out_is_one_line_however_long_it_is():
    lines = written(LETTER, RELAY).split(b"\r\n")

    assert f"List-Unsubscribe: <{LETTER.unsubscribe}>".encode() in lines
    assert lines.index(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click") < lines.index(b"")


def test_a_letter_is_from_us_and_has_an_id_of_our_domain():
    raw = written(LETTER, RELAY)

    assert b"\r\nFrom: oshirase@machi.example.jp\r\n" in raw
    assert b"\r\nMessage-ID: <00000000-0000-0000-0000-000000000001@machi.example.jp>\r\n" in raw


HIDDEN = [
    "x =?utf-8?q?=0D=0ABcc:_v@example.org=0D=0A?= y " + "w " * 40,
    "=?utf-8?q?a=0A=0A<script>x?= " + "x " * 40,
    "\u2028Bcc: v@example.org",
]


@pytest.mark.parametrize("subject", HIDDEN)
async def test_no_word_that_is_decoded_begins_another_header(box: Inbox, subject: str):
    await send(replace(LETTER, subject=subject), replace(RELAY, port=box.port))

    headers = [raw.split(b"\r\n\r\n")[0].lower() for raw in box.taken]
    assert not any(b"\nbcc:" in each for each in headers)
    assert all(b"message-id:" in each for each in headers)


async def test_an_address_that_decodes_to_another_is_refused(box: Inbox):
    hidden = replace(LETTER, to="=?utf-8?q?a=0d=0a?=@example.jp")

    assert isinstance(await send(hidden, replace(RELAY, port=box.port)), Refused)
    assert box.taken == []
