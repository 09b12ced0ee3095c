"""The mailbox as a program: `python -m local.postbox FOLDER SMTP-PORT HTTP-PORT`."""

import asyncio
import logging
import sys
from functools import partial
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from local.postbox import pages
from local.postbox.box import Box
from local.settings import LOOPBACK

NAME = "mailbox.localhost"
LARGEST = 10_000_000  # bytes of one mail
log = logging.getLogger("mailbox")


class Taking:
    """What is done with a mail that is sent here, whoever it is for."""

    def __init__(self, box: Box) -> None:
        self._box = box

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd looks for this name
        """Keep it; when the disk is full the sender has to try again."""
        content = envelope.original_content or b""
        try:
            self._box.keep(envelope.mail_from or "", envelope.rcpt_tos, content)
        except OSError as error:
            log.warning("a mail could not be kept: %s", error)
            return "452 4.3.1 This mailbox cannot keep the mail now; try again later"
        return "250 2.0.0 Kept; it is sent to nobody"


async def main(folder: Path, smtp: int, http: int) -> None:
    """Take and show mails until told to stop."""
    box, loop = Box(folder), asyncio.get_running_loop()
    connected = partial(
        SMTP,
        Taking(box),
        hostname=NAME,
        ident="Machi, a mailbox for development: nothing leaves this machine",
        data_size_limit=LARGEST,
        enable_SMTPUTF8=True,
        loop=loop,
    )
    config = uvicorn.Config(
        pages.app(box), host=LOOPBACK, port=http, log_level="warning", server_header=False
    )
    taking = await loop.create_server(connected, LOOPBACK, smtp)
    try:
        await uvicorn.Server(config).serve()
    finally:
        taking.close()  # who is still connected is not waited for


if __name__ == "__main__":
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
