"""What can be read in a mail, however badly it is written."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Self

URL = re.compile(r"(https?://[!#-;=?-~]*[#-&*+\-/-9=@-Z_a-z~])")
"""An address as it stands in a text: Japanese may follow at once, and a full stop ends the sentence."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that was read; its id tells when it came."""

    mail: str
    raw: bytes
    message: EmailMessage

    @classmethod
    def read(cls, mail: str, raw: bytes) -> Self:
        """Read it; what it is made of is looked at when it is asked for."""
        return cls(mail, raw, message_from_bytes(raw, _class=EmailMessage, policy=policy.default))

    @property
    def came(self) -> datetime:
        """When it came, in UTC."""
        return datetime.fromtimestamp(int(self.mail) / 1e9, UTC)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Each header in its order, for a person to read."""
        # `policy.default` reads a header when it is asked for by name, and fails at some.
        return [(name, _decoded(value)) for name, value in self.message.raw_items()]

    def header(self, name: str) -> str:
        """The first header of this name; empty when there is none."""
        found = (value for key, value in self.headers if key.lower() == name.lower())
        return next(found, "")

    def addresses(self, name: str) -> list[dict[str, str]]:
        """The addresses in a header, as the API gives them."""
        named = getaddresses([self.header(name)])
        return [{"Name": name, "Address": address} for name, address in named if address]

    def text(self, kind: str) -> str:
        """Its text in this form, `plain` or `html`; empty when it has none."""
        part = self.message.get_body((kind,))
        payload = part.get_payload(decode=True) if part else None
        if part is None or not isinstance(payload, bytes):
            return ""
        try:
            return payload.decode(part.get_content_charset("utf-8"), "replace")
        except LookupError:
            return payload.decode("utf-8", "replace")

    @property
    def pieces(self) -> list[str]:
        """The plain text, cut so that every second piece is an address to follow."""
        return URL.split(self.text("plain"))

    @property
    def attachments(self) -> list[dict[str, str]]:
        """The names and kinds of what is attached."""
        return [
            {"FileName": each.get_filename() or "", "ContentType": each.get_content_type()}
            for each in self.message.iter_attachments()
        ]


def summary(letter: Letter) -> dict[str, object]:
    """A mail in a list, with the names that Mailpit's API has."""
    people = {name: letter.addresses(name) for name in ("To", "Cc", "Delivered-To")}
    told = {each["Address"] for name in ("To", "Cc") for each in people[name]}
    sender = letter.addresses("From")
    return {
        "ID": letter.mail,
        "MessageID": letter.header("Message-ID").strip("<>"),
        "From": sender[0] if sender else None,
        "To": people["To"],
        "Cc": people["Cc"],
        "Bcc": [each for each in people["Delivered-To"] if each["Address"] not in told],
        "Subject": letter.header("Subject"),
        "Created": letter.came.isoformat(),
        "Size": len(letter.raw),
    }


def whole(letter: Letter) -> dict[str, object]:
    """One mail, with the names that Mailpit's API has."""
    return {
        **summary(letter),
        "ReplyTo": letter.addresses("Reply-To"),
        "ReturnPath": letter.header("Return-Path").strip("<>"),
        "Date": letter.header("Date"),
        "Text": letter.text("plain"),
        "HTML": letter.text("html"),
        "Attachments": letter.attachments,
    }


def _decoded(raw: str) -> str:
    """A header for a person: encoded words and bare UTF-8 are read, what cannot be stays as it is."""
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", str(raw))
    bare = unfolded.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(bare)))
    except (HeaderParseError, LookupError, UnicodeError):
        return bare
