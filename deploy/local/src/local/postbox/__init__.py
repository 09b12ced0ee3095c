"""The mailbox for development: it takes every mail, shows it, and sends nothing on."""

import os
import sys
from functools import partial

from local.program import Program, answers
from local.settings import LOOPBACK, ROOT, Settings

OK = 200


def program(settings: Settings) -> Program:
    """The mailbox, on loopback: one port takes mail, the other shows it."""
    smtp, http = (str(settings.ports[part]) for part in ("mailbox_smtp", "mailbox"))
    folder = settings.home / "mailbox"
    return Program(
        name="mailbox",
        command=(sys.executable, "-m", "local.postbox", str(folder), smtp, http),
        environment={**os.environ, "PYTHONUNBUFFERED": "1"},
        directory=ROOT,
        ready=partial(_ready, f"http://{LOOPBACK}:{http}/livez"),
    )


async def _ready(url: str) -> bool:
    return await answers(url) == OK
