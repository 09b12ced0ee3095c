"""The story that `make demo` tells: on a running system, and in the copy that is thrown away."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from httpx2 import Client
from systems import System

from contracts.envelope import service_of
from contracts.registry import EVENTS
from local import running, story, topics
from local.demo import BANNER

pytestmark = pytest.mark.real

PAGES = ("/", "/procedures", "/plan", f"/plan/milestones/{story.MILESTONE}", "/data", "/notices")
QUIET_MS = 30_000
TOO_MANY = 50  # so much is said only by what goes in circles


async def until_it_is_quiet(kafka: str) -> None:
    """Wait until nothing is said for 30 seconds; what goes in circles never comes to that."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        places = [
            TopicPartition(topic.name, number)
            for topic in topics.declared()
            for number in range(topic.partitions)
        ]
        consumer.assign(places)
        for place, end in (await consumer.end_offsets(places)).items():
            consumer.seek(place, end)
        said = 0
        while found := await consumer.getmany(timeout_ms=QUIET_MS):
            said += sum(map(len, found.values()))
            assert said < TOO_MANY, [place.topic for place in found]
    finally:
        await consumer.stop()


async def test_everybody_learns_of_a_moved_date_and_then_it_is_quiet(system: System):
    status = await system.until_ready()
    told: list[str] = []
    tale = story.Story(
        gateway=status["addresses"]["gateway"],
        kafka=status["kafka"],
        mailbox=status["addresses"]["mailbox"],
        token=system.machi("token", "--role", "editor"),
        tell=lambda who, _: told.append(who),
    )

    await story.tell(tale)

    neighbours = {service_of(ce_type) for ce_type in EVENTS} - {"roadmap"}
    assert {"clerk", "kafka", *neighbours} <= set(told)
    await until_it_is_quiet(status["kafka"])


def in_a_folder(system: System, folder: Path) -> System:
    """A terminal beside the running system, whose temporary files lie in this folder."""
    folder.chmod(0o755)
    return replace(system, environment={**system.environment, "TMPDIR": str(folder)})


def test_the_demo_tells_it_beside_a_running_system_and_leaves_nothing(
    system: System, tmp_path: Path
):
    before = system.status()["processes"]

    done = in_a_folder(system, tmp_path).run("demo")

    assert done.returncode == 0, done.stdout + done.stderr
    lines = [re.split(r" s  |  +", line.strip(), maxsplit=2) for line in done.stdout.splitlines()]
    seconds, tellers = [float(line[0]) for line in lines], [line[1] for line in lines]
    (trace,) = {what[:32] for _, who, what in lines if who == "trace"}
    assert seconds == sorted(seconds)
    assert tellers.index("clerk") < min(tellers.index(each) for each in ("kafka", "catalog"))
    assert f"{trace}  roadmap: POST /api/roadmap/assertions" in done.stdout
    assert f"{trace}  catalog: hear machi.roadmap.milestone.rescheduled.v1" in done.stdout
    assert list(tmp_path.iterdir()) == []
    assert system.status()["processes"] == before


@contextmanager
def kept_open(system: System, line: str) -> Generator[tuple["subprocess.Popen[str]", str]]:
    """A demo that was left to run until it told this; and what it told so far."""
    command = [sys.executable, "-m", "local", "demo", "--keep"]
    with subprocess.Popen(  # noqa: S603 our own command
        command, env=system.environment, stdout=subprocess.PIPE, text=True
    ) as demo:
        told = ""
        assert demo.stdout
        while line not in told:
            told += (some := demo.stdout.readline())
            assert some, told
        try:
            yield demo, told
        finally:
            demo.send_signal(signal.SIGINT)


def test_a_demo_that_is_kept_open_says_on_each_page_what_it_is(system: System, tmp_path: Path):
    beside = in_a_folder(system, tmp_path)
    with kept_open(beside, "Ctrl-C ends it") as (demo, told):
        (home,) = tmp_path.iterdir()
        processes = json.loads((home / "run" / "state.json").read_text())["processes"]
        outside = home / "outside"
        data = Path(outside.read_text().strip()) if outside.exists() else home
        address = re.search(r"pages (\S+)/  mails (\S+)/", told)
        assert address
        with Client(base_url=address[1], timeout=20, trust_env=False) as client:
            pages = [client.get(path).text for path in PAGES]

        demo.send_signal(signal.SIGINT)
        assert demo.wait() == 0

    assert all(BANNER in page for page in pages)
    assert not any(map(running.is_same, processes.values()))
    assert (data.exists(), list(tmp_path.iterdir())) == (False, [])


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("starting PostgreSQL", signal.SIGINT),
        ("copy, in", signal.SIGTERM),
        ("ready", signal.SIGHUP),
    ],
)
def test_a_demo_that_is_broken_off_leaves_nothing(
    system: System, tmp_path: Path, line: str, sign: signal.Signals
):
    with kept_open(in_a_folder(system, tmp_path), line) as (demo, _):
        demo.send_signal(sign)

        assert demo.wait() == 130

    assert list(tmp_path.iterdir()) == []
