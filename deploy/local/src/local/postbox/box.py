"""What the mailbox keeps: a file for each mail, under its id; the oldest make room."""

from collections.abc import Container, Iterable
from pathlib import Path
from time import time_ns

MOST = 500  # so many mails are kept


class Box:
    """A folder of mails; what is in it survives a restart."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for half in folder.glob("*.new"):
            half.unlink()
        self._folder = folder

    def keep(self, sender: str, recipients: Iterable[str], content: bytes) -> None:
        """Keep a mail whole or not at all, with its envelope above it; OSError when it cannot be.

        The envelope's addresses are those of the command lines: a Bcc stands nowhere else.
        """
        envelope = f"Return-Path: <{sender}>\r\nDelivered-To: {', '.join(recipients)}\r\n"
        path = self._folder / f"{time_ns():020d}.eml"
        half = path.with_suffix(".new")
        try:
            half.write_bytes(envelope.encode() + content)
            half.replace(path)
        except OSError:
            half.unlink(missing_ok=True)
            raise
        self.forget(self.ids()[MOST:])

    def ids(self) -> list[str]:
        """The ids of all mails, the newest first: an id is the moment in nanoseconds."""
        return sorted((each.stem for each in self._folder.glob("*.eml")), reverse=True)

    def read(self, mail: str) -> bytes | None:
        """A mail as it came, below its envelope; None when there is none with this id."""
        try:
            return self._path(mail).read_bytes() if mail.isdecimal() else None
        except FileNotFoundError:
            return None

    def forget(self, mails: Container[str]) -> None:
        """Remove these mails."""
        for mail in self.ids():
            if mail in mails:
                self._path(mail).unlink(missing_ok=True)

    def _path(self, mail: str) -> Path:
        return self._folder / f"{mail}.eml"
