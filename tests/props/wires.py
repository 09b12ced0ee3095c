"""A wire to PostgreSQL or Kafka that can be cut, frozen and mended: an outage that costs nobody else."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Chunk = Callable[[StreamReader], Awaitable[bytes]]


@dataclass(slots=True, kw_only=True)
class Wire:
    """Whoever connects to `own` speaks with the server behind it, while the wire is whole."""

    host: str
    port: int
    frames: bool
    """Kafka's answers name the broker's own address; clients must come back to the wire instead."""
    own: int = 0
    _server: asyncio.Server | None = None
    _flows: asyncio.Event = field(default_factory=asyncio.Event)
    _ends: set[StreamWriter] = field(default_factory=set[StreamWriter])

    async def mend(self) -> None:
        """What connects from now on gets through."""
        self._flows.set()
        if not self._server:
            self._server = await asyncio.start_server(self._meet, self.host, self.own)
            self.own = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Every connection breaks, and none is taken any more."""
        if self._server:
            self._server.close()
            self._server = None
        for end in self._ends:
            end.transport.abort()
        self._flows.set()

    def freeze(self) -> None:
        """Connections stay, and nothing gets through until it is mended: not even that one end is gone."""
        self._flows.clear()

    async def _meet(self, reader: StreamReader, writer: StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(self.host, self.port)
        ends = {writer, there_writer}
        self._ends |= ends
        answers = self._frame if self.frames else _whatever
        ways = [
            asyncio.create_task(self._carry(reader, there_writer, _whatever)),
            asyncio.create_task(self._carry(there_reader, writer, answers)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.transport.abort()
        await asyncio.gather(*ways, return_exceptions=True)
        self._ends -= ends

    async def _carry(self, reader: StreamReader, writer: StreamWriter, chunk: Chunk) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while some := await self._next(reader, chunk):
                writer.write(some)
                await writer.drain()

    async def _next(self, reader: StreamReader, chunk: Chunk) -> bytes:
        """What comes next, be it the end, as soon as the wire lets it through."""
        try:
            return await chunk(reader)
        finally:
            await self._flows.wait()

    async def _frame(self, reader: StreamReader) -> bytes:
        size = await reader.readexactly(4)
        answer = await reader.readexactly(int.from_bytes(size, "big"))
        theirs, ours = ((self.host.encode() + n.to_bytes(4, "big")) for n in (self.port, self.own))
        return size + answer.replace(theirs, ours)


async def _whatever(reader: StreamReader) -> bytes:
    return await reader.read(65536)


@asynccontextmanager
async def wire(address: str) -> AsyncGenerator[tuple[Wire, str]]:
    """A wire to this URL or these bootstrap servers, and the address at which it begins."""
    url = urlsplit(address if "://" in address else f"kafka://{address}")
    host, port = url.hostname or "", url.port or 0
    wire = Wire(host=host, port=port, frames=url.scheme == "kafka")
    await wire.mend()
    try:
        yield wire, address.replace(f"{host}:{port}", f"{host}:{wire.own}")
    finally:
        wire.cut()
