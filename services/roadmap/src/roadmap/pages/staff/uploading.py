"""What a form brings that has a file in it: its fields, and the file as it was sent."""

import re
from dataclasses import dataclass

from web.problems import Refused

FORM = re.compile(
    r"multipart/form-data\s*;.*\bboundary=(?:\"([^\"]{1,70})\"|([^\s;]{1,70}))", re.IGNORECASE
)
NAME = re.compile(r"\bname=\"([^\"]*)\"")
FILE = re.compile(r"\bfilename=\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form."""

    file: str
    """The name of the file, as the browser gives it; empty: none was chosen, or it is no file."""
    body: bytes

    @property
    def text(self) -> str:
        """What was typed, with the ends of lines that a file has; what is not UTF-8 is left out."""
        try:
            return self.body.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            return ""


def parts_of(kind: str, body: bytes) -> dict[str, Part]:
    """The parts of a form (RFC 7578) by field; `kind` is its Content-Type. Refuses what is no such form."""
    boundary = FORM.match(kind)
    if boundary is None:
        raise Refused(415, "unsupported-media-type", "Send Content-Type: multipart/form-data.")
    between = b"\r\n--" + (boundary[1] or boundary[2]).encode()
    parts: dict[str, Part] = {}
    for each in (b"\r\n" + body).split(between)[1:]:
        head, blank, content = each.partition(b"\r\n\r\n")
        said = head.decode("utf-8", "replace")
        name, file = NAME.search(said), FILE.search(said)
        if blank and name:
            parts[name[1]] = Part(file[1] if file else "", content)
    return parts
