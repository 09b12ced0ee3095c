"""Mail servers for tests: one that takes what comes, and one that misbehaves at a named step."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

DROP, HANG = "drop", "hang"


@dataclass(slots=True)
class Inbox:
    """What a server took, in the order in which it came."""

    port: int = 0
    taken: list[bytes] = field(default_factory=list[bytes])
    recipients: list[str] = field(default_factory=list[str])

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails as a mail program reads them."""
        return [message_from_bytes(raw, policy=policy.default) for raw in self.taken]


@dataclass(frozen=True, slots=True)
class _Taking:
    """What aiosmtpd calls; it looks at all that this has, for each connection."""

    box: Inbox

    async def handle_DATA(  # noqa: N802 the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take it."""
        self.box.taken.append(bytes(envelope.original_content or b""))
        self.box.recipients += envelope.rcpt_tos
        return "250 2.0.0 OK"


@asynccontextmanager
async def inbox() -> AsyncGenerator[Inbox]:
    """A server that takes everything."""
    box = Inbox()
    taking = _Taking(box)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(taking, hostname="box", enable_SMTPUTF8=False), "127.0.0.1", 0
    )
    box.port = server.sockets[0].getsockname()[1]
    yield box
    server.close()


@dataclass(slots=True)
class Trouble:
    """A server that answers one step otherwise: with these words, by hanging up, or not at all."""

    step: str
    answer: str
    port: int = 0
    whole: int = 0
    """So many mails it has read to the dot."""
    met: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk until the client or the trouble ends it."""
        try:
            if await self._say(writer, "connect", "220 trouble"):
                await self._talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers = {"ehlo": "250 trouble", "mail": "250 OK", "rcpt": "250 OK", "quit": "221 bye"}
        while line := await reader.readline():
            step = line.decode()[:4].lower().strip()
            if not await self._say(writer, step, answers.get(step, "354 go on")):
                return
            if step == "data":
                while await reader.readline() not in (b".\r\n", b""):
                    pass
                self.whole += 1
                if not await self._say(writer, "dot", "250 OK"):
                    return

    async def _say(self, writer: asyncio.StreamWriter, step: str, usual: str) -> bool:
        """Answer; whether the conversation goes on."""
        answer = self.answer if step == self.step else usual
        if step == self.step:
            self.met.set()
        if answer == HANG:
            await asyncio.Event().wait()
        if answer == DROP:
            return False
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()
        return True


@asynccontextmanager
async def trouble(step: str, answer: str) -> AsyncGenerator[Trouble]:
    """A server that misbehaves at connect, ehlo, mail, rcpt, data or the dot after the data."""
    one, talking = Trouble(step, answer), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking.add(asyncio.ensure_future(one.serve(reader, writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    yield one
    server.close()
    for each in talking:
        each.cancel()
    await asyncio.gather(*talking, return_exceptions=True)
