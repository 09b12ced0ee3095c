"""What all event streams of this process share: who listens, and what is new in the log."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

from chassis.saying import Desk
from contracts.envelope import source
from patience.waiting import patiently, until
from roadmap.api.frames import PAGE, Frame, Recent, Wanted, frame
from roadmap.store import Store
from web.problems import Refused

log = logging.getLogger(__name__)

POLL_SECONDS, REST_SECONDS = 0.05, 1.0
READERS = 3
"""So many streams may read at one time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Most:
    """How much is given to streams."""

    streams: int = 1_000
    """In this process, at one time."""
    per_client: int = 100
    """For one address: behind it may be a whole school."""
    recent_rows: int = 5_000
    """Kept in memory for whoever is a little behind; what is older is read from the log."""
    recent_bytes: int = 16_000_000
    """The same in bytes."""
    send_seconds: float = 30
    """A reader that takes nothing for so long is left; it comes back where it was."""


class Hub:
    """Looks at the log while somebody listens, and tells all at once what is new."""

    def __init__(self, desk: Desk[Store], most: Most | None = None) -> None:
        self.most = most or Most()
        self.desk = replace(desk, committed=self._committed)
        """The same desk; what is committed at it, streams tell at once."""
        self._relayed = desk.committed
        self._source = source(desk.speaker.municipality, desk.speaker.service)
        self._clients: Counter[str] = Counter()
        self._recent: Recent | None = None
        self._blanked = 0
        self._woken, self._news = asyncio.Event(), asyncio.Event()
        self._readers = asyncio.Semaphore(READERS)
        self._looking: asyncio.Task[None] | None = None

    def _committed(self) -> None:
        self._relayed()
        self._woken.set()

    @property
    def open(self) -> int:
        """So many streams are open."""
        return self._clients.total()

    def check(self, client: str) -> None:
        """Refuse one stream more than this process, or one address, may have."""
        again = {"Retry-After": "60"}
        if self.open >= self.most.streams:
            sentence = "All streams are taken; read /api/roadmap/changes meanwhile."
            raise Refused(503, "too-many-streams", sentence, headers=again)
        if self._clients[client] >= self.most.per_client:
            sentence = "Too many streams for one address; one of them can tell all that is said."
            raise Refused(429, "too-many-streams", sentence, headers=again)

    @property
    def head(self) -> int | None:
        """The last row that was looked at, some milliseconds ago at most; None when nobody listens."""
        return self._recent.head if self._recent else None

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Store]:
        """A look at what is kept, for one stream; when a thousand come back at once they queue up here.

        So neither the other doors nor the look for news wait behind them for a connection.
        """
        async with self._readers, self.desk.read() as store:
            yield store

    @contextmanager
    def listening(self, client: str) -> Generator[None]:
        """Counts a stream for as long as it is open; the first begins to look, the last ends it."""
        self._clients[client] += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._clients -= Counter([client])  # who has none left is forgotten
            if not self._clients and self._looking:
                self._looking.cancel()
                self._looking = self._recent = None

    async def frames(self, seq: int, wanted: Wanted) -> AsyncGenerator[bytes]:
        """What is wanted of all that comes after a row, for ever: each once, in order, without a gap.

        Who is far behind reads the log, page by page; at its end all get the same frames.
        """
        while True:
            news = self._news  # taken before the look, or what comes in between would be slept over
            page = await self._page(seq)
            if text := b"".join(each.text for each in page if wanted.has(each)):
                yield text
            if page:
                seq = page[-1].seq
            else:
                await news.wait()

    async def _page(self, seq: int) -> Sequence[Frame]:
        if self._recent is None:
            return ()  # the first look comes in a moment, and is news
        at_hand = self._recent.after(seq)
        return await patiently("stream", lambda: self._read(seq)) if at_hand is None else at_hand

    async def _read(self, seq: int) -> Sequence[Frame]:
        async with self.reading() as store:
            return [frame(each, self._source) for each in await store.log.after(seq, PAGE)]

    async def _look(self) -> None:
        """Again and again: after a commit here, and every 50 ms for those of other processes.

        Two that look at once would take in every row twice: who was replaced leaves.
        """
        while self._looking is asyncio.current_task():
            self._woken.clear()
            more = False
            try:
                more = await patiently("stream", self._look_once)
            except Exception:
                log.exception("streams stand still", extra={"action": "stream_failed"})
                await asyncio.sleep(REST_SECONDS)
            if not more:
                await until(self._woken, POLL_SECONDS)

    async def _look_once(self) -> bool:
        """Take in what is new; True when there may be more."""
        async with self.desk.read() as store:
            head, blanked = await store.log.state()
            # A text that was blanked may be among the frames at hand: they are made anew.
            fresh = self._recent is None or blanked != self._blanked
            recent = self._recent if self._recent and not fresh else Recent(max(0, head - PAGE))
            found = await store.log.after(recent.head, PAGE) if head > recent.head else []
        frames = [frame(each, self._source) for each in found]
        recent.add(frames, rows=self.most.recent_rows, most_bytes=self.most.recent_bytes)
        self._recent, self._blanked = recent, blanked
        if fresh or found:
            news, self._news = self._news, asyncio.Event()
            news.set()
        return len(found) == PAGE
