"""Mail: how a letter is written, handed to the relay, and what its answer means."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as LINES
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

LASTING = 500
ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
NO_SUCH_BOX = re.compile(r"\b5\.1\.(1|2|3|6|10)\b")
"""Unknown, moved, or not an address at all (RFC 3463); other numbers speak of the sender."""
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """The mail server that takes our mail, and as whom we write."""

    host: str
    port: int
    sender: str
    seconds: float
    """So long each answer may take."""

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


async def send(letter: Letter, relay: Relay) -> Outcome:
    """Hand a letter to the relay. Only from the data on can there be doubt whether it was taken."""
    if any(FORBIDDEN.search(each) for each in (letter.to, letter.subject)):
        return Refused("a sign that would begin another line or header")
    smtp = SMTP(hostname=relay.host, port=relay.port, timeout=relay.seconds, local_hostname="machi")
    try:
        try:
            await smtp.connect()
            await smtp.mail(relay.sender)
            await smtp.rcpt(letter.to)
        except (SMTPException, OSError) as failed:
            return certain(failed)
        try:
            answer = await smtp.data(written(letter, relay))
        except SMTPResponseException as answered:
            return certain(answered)
        except (SMTPException, OSError) as failed:
            return Doubtful(f"after the data: {type(failed).__name__}")
        return Accepted(_code(answer.code, answer.message))
    finally:
        smtp.close()


def certain(failed: Exception) -> Deferred | Refused:
    """What it means when the relay has surely not taken a letter.

    Only what it says of the address or of the letter is for good; all else is to be mended, by us
    or by whoever runs it. Servers repeat addresses in what they say, so their codes alone are kept.
    """
    match failed:
        case SMTPRecipientRefused(code=code, message=said) if code >= LASTING:
            return Refused(_code(code, said), no_such_box=bool(NO_SUCH_BOX.search(said)))
        case SMTPDataError(code=code, message=said) if code >= LASTING:
            return Refused(_code(code, said))
        case SMTPSenderRefused(code=code, message=said):
            return Deferred(f"our sender was refused: {_code(code, said)}")
        case SMTPResponseException(code=code, message=said):
            return Deferred(_code(code, said))
        case _:
            return Deferred(type(failed).__name__)


def written(letter: Letter, relay: Relay) -> bytes:
    """The letter as it travels: text and HTML, and nothing in it that would be fetched."""
    mail = EmailMessage(policy=LINES)
    mail["From"] = relay.sender
    mail["To"] = letter.to
    mail["Date"] = letter.written_at
    mail["Subject"] = letter.subject
    # The same at each try, so that whoever gets it twice can tell.
    mail["Message-ID"] = f"<{letter.delivery_id}@{relay.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="base64")
    mail.add_alternative(letter.html, subtype="html", cte="base64")
    # Folded as the others are, these two would break signatures on the way (DKIM).
    return _one_click(letter.unsubscribe) + mail.as_bytes()


def _one_click(address: str | None) -> bytes:
    if address is None:
        return b""
    post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    return f"List-Unsubscribe: <{address}>\r\n{post}\r\n".encode("ascii")


def _code(code: int, said: str) -> str:
    enhanced = ENHANCED.search(said)
    return f"{code} {enhanced[0]}" if enhanced else str(code)
