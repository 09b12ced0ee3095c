"""What can be set from outside notify."""

from pathlib import Path

from pydantic import Field

from notify.domain import BadKeys, Keys
from notify.senders.mail import Relay, Tls
from process.commands import CannotDo
from process.doors import SiteSettings


class NoKeys(CannotDo):
    """Without keys no address can be kept: MACHI_NOTIFY_KEYS names their file, `keys` makes it."""

    def __str__(self) -> str:
        return " ".join([NoKeys.__doc__ or "", *(f"({each})" for each in self.args)])


class Settings(SiteSettings):
    """What can be set from outside notify's doors, beside what every service has."""

    notify_keys: str = ""
    """Path of the file with the keys by which addresses are sealed, looked up, and links signed."""
    public_url: str = Field(default="http://127.0.0.1:8080", pattern=r"^https?://[^/?#\s]+$")
    """The address of the site as people reach it, without a path: links in mail begin with it."""
    smtp_host: str = "127.0.0.1"
    """The mail server that takes our mail."""
    smtp_port: int = Field(default=1025, ge=1, le=65535)
    """Its port."""
    smtp_sender: str = Field(default="machi@localhost", pattern=r"^[!-?A-~]+@[!-?A-~]+$")
    """The address that mail comes from; its domain ends the message ids."""
    smtp_seconds: float = Field(default=30, gt=0, le=600)
    """So many seconds the mail server may take for each answer."""

    smtp_tls: Tls = "offered"
    """required: only over TLS, its certificate checked; offered: over TLS where the server can; off."""
    smtp_user: str = ""
    """As whom notify signs in at the mail server; none by default."""
    smtp_password: str = Field(default="", repr=False)
    """With which password."""

    def secrets(self) -> Keys:
        """The keys; NoKeys when there are none."""
        if not self.notify_keys:
            raise NoKeys
        try:
            return Keys.read(Path(self.notify_keys).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, BadKeys) as failed:
            raise NoKeys(failed) from failed

    def relay(self) -> Relay:
        """The way out for mail."""
        return Relay(
            host=self.smtp_host,
            port=self.smtp_port,
            sender=self.smtp_sender,
            seconds=self.smtp_seconds,
            tls=self.smtp_tls,
            user=self.smtp_user,
            password=self.smtp_password,
        )
