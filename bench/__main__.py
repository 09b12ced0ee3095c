"""`python -m bench`: measures the spine beside its peers and says what it found."""

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

from bench import answers, idle, machine, outcomes, rebuild, streams
from bench.child import PROFILE
from bench.hearing import contenders as hearing
from bench.latency import contenders as latency, over_http
from bench.plan import measuring, telling
from bench.relay import contenders as relay
from bench.report import RAW, Outcome, Run, keep_raw, terminal, write
from bench.stage import Stage, stage
from local.settings import ROOT

Given = argparse.Namespace
Bench = Callable[[Given], Coroutine[None, None, Outcome]]


def main() -> None:
    """Run what was asked for, one after the other."""
    given = _arguments()
    names = list(BENCHES) if given.bench == "all" else [given.bench]
    for name in names:
        now = _run()
        outcome = asyncio.run(BENCHES[name](given))
        sys.stdout.write(f"{terminal(outcome, now)}\n\nraw: {keep_raw(outcome, now)}\n")
        if given.write:
            write(outcome, now)


def _arguments() -> Given:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("bench", choices=[*BENCHES, "all"])
    parser.add_argument("--events", type=int, help="events in the outbox or on the log")
    parser.add_argument("--repeat", type=int, default=3, help="rounds; contenders take turns (3)")
    parser.add_argument("--seconds", type=float, default=idle.SECONDS, help="of idleness (40)")
    parser.add_argument("--careless", action="store_true",
                        help="commits do not wait for the disk (fsync and synchronous_commit off)")  # fmt: skip
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and charts")
    parser.add_argument("--profile", action="store_true",
                        help="where the time of each process goes, into .machi/bench/profile/ (all are slower)")  # fmt: skip
    given = parser.parse_args()
    if given.profile:
        os.environ[PROFILE] = str(RAW / "profile")
    return given


def _run() -> Run:
    git = ("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    told = subprocess.run(git, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 ours alone
    return Run(
        at=datetime.now(UTC),
        command=" ".join(("python -m bench", *sys.argv[1:])),
        machine=machine.size(),
        commit=told.stdout.strip() or "unknown",
        load=machine.load(),
    )


async def _relay(given: Given) -> Outcome:
    async with _stage(given) as parts:
        results = await relay.measure(parts, given.events or relay.EVENTS, given.repeat)
        return outcomes.rates(outcomes.RELAY, results, parts)


async def _hearing(given: Given) -> Outcome:
    async with _stage(given) as parts:
        results = await hearing.measure(parts, given.events or hearing.EVENTS, given.repeat)
        return outcomes.rates(outcomes.HEARING, results, parts)


async def _latency(given: Given) -> Outcome:
    async with _stage(given) as parts:
        found = await latency.measure(parts, given.repeat)
    return outcomes.delays([*found, await over_http.measure(20 * given.repeat)], parts)


async def _idle(given: Given) -> Outcome:
    return outcomes.idle(await idle.measure(given.seconds), given.seconds)


async def _rebuild(given: Given) -> Outcome:
    async with _stage(given) as parts:
        found = await rebuild.measure(parts, given.events or rebuild.EVENTS, given.repeat)
        return outcomes.rebuild(found, parts)


async def _streams(given: Given) -> Outcome:
    async with _stage(given) as parts:
        return outcomes.streams(await streams.measure(parts, given.events or streams.EVENTS), parts)


async def _answers(given: Given) -> Outcome:
    async with _stage(given) as parts:
        return outcomes.answers(await answers.measure(parts, given.events or answers.ASKED), parts)


async def _plan(given: Given) -> Outcome:
    async with _stage(given) as parts:
        return telling.outcome(await measuring.measure(parts, given.repeat), parts)


def _stage(given: Given) -> AbstractAsyncContextManager[Stage]:
    return stage(durable=not given.careless)


BENCHES: dict[str, Bench] = {
    "relay": _relay,
    "hearing": _hearing,
    "latency": _latency,
    "idle": _idle,
    "rebuild": _rebuild,
    "streams": _streams,
    "answers": _answers,
    "plan": _plan,
}

if __name__ == "__main__":
    main()
