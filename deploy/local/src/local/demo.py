"""`make demo`: one story, told in a copy of everything that is thrown away at the end."""

import asyncio
import shutil
import signal
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic

from local import jars, kafka, keys, place, ports, story
from local.collector import Collector
from local.settings import LOOPBACK, PORTS, Settings
from local.terminal import Terminal
from local.trouble import StoryStopped
from local.up import run

BANNER = "デモ：実際の計画ではありません"
SIGNS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WIDTH = 8


class Tale:
    """What is told at the terminal, with the seconds since the start."""

    def __init__(self) -> None:
        self._began = monotonic()
        self.told_whole = False

    def tell(self, who: str, what: str) -> None:
        """Who does it, and what."""
        print(f"{monotonic() - self._began:7.2f} s  {who:<{WIDTH}}  {what}", flush=True)


def demo(settings: Settings, *, keep: bool) -> bool:
    """Tell the story in a copy with ports and data of its own; whether it was told to its end."""
    tale = Tale()
    with _home() as home, Collector() as collector, collector.serving():
        own = _own(settings, home, collector)
        tale.tell("demo", f"a throw-away copy, in {home}; what `make up` keeps is not touched")
        _lend_jars(settings, home, tale)
        log = home / "log" / "machi.log"
        log.parent.mkdir(mode=0o700)
        tale.tell("demo", "starting PostgreSQL, Kafka, gateway, mailbox and services")
        with log.open("w") as out:
            run(own, Terminal(out=out), lambda: _play(own, collector, tale, keep=keep))
    tale.tell("demo", "stopped, and its data removed")
    return tale.told_whole


async def _play(own: Settings, collector: Collector, tale: Tale, *, keep: bool) -> None:
    tale.tell("demo", f"ready: {own.gateway}/ (each page says {BANNER})")
    now, lasts = datetime.now(UTC), timedelta(hours=8)
    one = story.Story(
        gateway=own.gateway,
        kafka=own.kafka,
        mailbox=own.mailbox,
        token=keys.token(own.home, subject="demo", roles=["editor"], now=now, lasts=lasts),
        tell=tale.tell,
        collector=collector,
    )
    try:
        await story.tell(one)
        tale.told_whole = True
    except StoryStopped as stopped:
        if not keep:
            raise
        tale.tell("demo", str(stopped))
    if keep:
        await _leave_open(own, tale)


async def _leave_open(own: Settings, tale: Tale) -> None:
    addresses = f"pages {own.gateway}/  mails {own.mailbox}/  Kafka {own.kafka}"
    tale.tell("demo", f"left open: {addresses}  log {own.home}/log/machi.log")
    tale.tell("demo", "Ctrl-C ends it and removes everything")
    await asyncio.Event().wait()


def _own(settings: Settings, home: Path, collector: Collector) -> Settings:
    return replace(
        settings,
        home=home,
        gateway_host=LOOPBACK,
        ports=dict(zip(PORTS, ports.free(len(PORTS)), strict=True)),
        every={
            "MACHI_BANNER": BANNER,
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "200",  # milliseconds until a step of a trace is told
        },
    )


def _lend_jars(settings: Settings, home: Path, tale: Tale) -> None:
    """Kafka's jars are those of `make up`: fetched once, and only read here."""
    library = kafka.library(settings)
    jars.ensure(library, jars.pinned(), lambda line: tale.tell("demo", line))
    (home / "kafka").mkdir()
    (home / "kafka" / "libs").symlink_to(library.folder, target_is_directory=True)


@contextmanager
def _home() -> Generator[Path]:
    """A folder that is removed at the end, whatever ends us, but for kill -9."""
    for sign in SIGNS:
        signal.signal(sign, signal.default_int_handler)
    home = Path(mkdtemp(prefix="machi-demo-")).resolve()
    try:
        yield home
    finally:
        for sign in SIGNS:
            signal.signal(sign, signal.SIG_IGN)  # who is impatient must not leave half of it
        place.remove_outside(home)
        shutil.rmtree(home, ignore_errors=True)
