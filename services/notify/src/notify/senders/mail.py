"""Mail: how a letter is written, handed to the relay, and what its answer means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as LINES, compat32
from typing import Literal, TypeAlias
from uuid import UUID

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from notify.domain import Accepted, Deferred, Doubtful, Outcome, Refused

OK, MORE, TEMPORARY, LASTING = 200, 300, 400, 500
ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
NO_SUCH_BOX = re.compile(r"\s*5\.1\.(1|2|3|6|10)\b")
"""An answer that begins so: unknown, moved, or not an address at all (RFC 3463); other numbers, and those
farther on in its text, speak of something else."""
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
ENCODED = "=?"
"""So begins an encoded word (RFC 2047): whoever decodes it may find a line break in it."""
HEADERS = [
    "From",
    "To",
    "Date",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]
"""What a letter has, in this order, after what it says of one click."""


Tls: TypeAlias = Literal["required", "offered", "off"]
TLS: Mapping[Tls, bool | None] = {"required": True, "offered": None, "off": False}
"""As aiosmtplib names them. Only what is required is checked: a certificate of its own is better than none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """The mail server that takes our mail, and as whom we write."""

    host: str
    port: int
    sender: str
    seconds: float
    """So long each answer may take."""
    tls: Tls = "offered"
    user: str = ""
    """As whom we sign in there; '' where nobody has to."""
    password: str = field(default="", repr=False)

    @property
    def domain(self) -> str:
        """The host of our message ids."""
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail to one person."""

    delivery_id: UUID
    written_at: datetime
    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str | None
    """The address that ends the subscription with one click; None where there is none to end."""


class Unwritable(Exception):
    """A letter holds signs that would begin another line or header."""


async def send(letter: Letter, relay: Relay) -> Outcome:
    """Hand a letter to the relay. Only from the data on can there be doubt whether it was taken."""
    try:
        data = written(letter, relay)
    except Unwritable:
        return Refused(Unwritable.__doc__ or "")
    smtp = SMTP(
        hostname=relay.host, port=relay.port, timeout=relay.seconds, local_hostname="machi",
        start_tls=TLS[relay.tls], validate_certs=relay.tls == "required",
    )  # fmt: skip
    try:
        return await _met(smtp, letter, relay) or await _handed_over(smtp, data)
    finally:
        smtp.close()


async def _met(smtp: SMTP, letter: Letter, relay: Relay) -> Deferred | Refused | None:
    """Say who we are and for whom it is; None when the relay would take it."""
    try:
        await smtp.connect()
        if relay.user:
            await smtp.login(relay.user, relay.password)
        await smtp.mail(relay.sender)
        await smtp.rcpt(letter.to)
    except (SMTPException, OSError) as failed:
        return certain(failed)
    return None


async def _handed_over(smtp: SMTP, data: bytes) -> Outcome:
    try:
        answer = await smtp.data(data)
    except SMTPResponseException as answered:
        return _after_data(answered)
    except (SMTPException, OSError) as failed:
        return Doubtful(f"after the data: {type(failed).__name__}")
    return Accepted(_code(answer.code, answer.message))


def _after_data(answered: SMTPResponseException) -> Outcome:
    """Only a no is a no: who took the letter may say so in a way that nobody understands."""
    if OK <= answered.code < MORE:
        return Accepted(_code(answered.code, answered.message))
    if answered.code < TEMPORARY:
        return Doubtful(f"after the data: {answered.code}")
    return certain(answered)


def certain(failed: Exception) -> Deferred | Refused:
    """What it means when the relay has surely not taken a letter.

    Only what it says of the address or of the letter is for good; all else is to be mended, by us
    or by whoever runs it. Servers repeat addresses in what they say, so their codes alone are kept.
    """
    match failed:
        case SMTPRecipientRefused(code=code, message=said) if code >= LASTING:
            return Refused(_code(code, said), no_such_box=bool(NO_SUCH_BOX.match(said)))
        case SMTPDataError(code=code, message=said) if code >= LASTING:
            return Refused(_code(code, said))
        case SMTPSenderRefused(code=code, message=said):
            return Deferred(f"our sender was refused: {_code(code, said)}")
        case SMTPResponseException(code=code, message=said):
            return Deferred(_code(code, said))
        case _:
            return Deferred(type(failed).__name__)


def written(letter: Letter, relay: Relay) -> bytes:
    """The letter as it travels: text and HTML, and nothing in it that would be fetched.

    Unwritable when it would have other headers than ours.
    """
    if any(FORBIDDEN.search(each) for each in (letter.to, letter.subject)) or ENCODED in letter.to:
        raise Unwritable
    try:
        data = _mime(letter, relay).as_bytes()
    except ValueError:
        raise Unwritable from None
    if BytesParser(policy=compat32).parsebytes(data, headersonly=True).keys() != HEADERS:
        raise Unwritable
    # Folded as the others are, these two would break signatures on the way (DKIM).
    return _one_click(letter.unsubscribe) + data


def _mime(letter: Letter, relay: Relay) -> EmailMessage:
    mail = EmailMessage(policy=LINES)
    mail["From"] = relay.sender
    mail["To"] = letter.to
    mail["Date"] = letter.written_at
    mail["Subject"] = letter.subject.replace(ENCODED, "= ?")
    # The same at each try, so that whoever gets it twice can tell.
    mail["Message-ID"] = f"<{letter.delivery_id}@{relay.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="base64")
    mail.add_alternative(letter.html, subtype="html", cte="base64")
    return mail


def _one_click(address: str | None) -> bytes:
    if address is None:
        return b""
    post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    return f"List-Unsubscribe: <{address}>\r\n{post}\r\n".encode("ascii")


def _code(code: int, said: str) -> str:
    enhanced = ENHANCED.search(said)
    return f"{code} {enhanced[0]}" if enhanced else str(code)
