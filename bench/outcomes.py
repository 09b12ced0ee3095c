"""Readings into tables: what each benchmark shows of what it found."""

from collections.abc import Sequence
from dataclasses import asdict

from bench.answers import Answered
from bench.chart import Bar
from bench.contest import Result
from bench.idle import Process
from bench.latency.delays import Delays
from bench.rebuild import Rebuilt
from bench.report import Outcome
from bench.stage import Stage
from bench.streams import Reached

RELAY = ("relay", "Relay: from the outbox to Kafka")
HEARING = ("hearing", "Hearing: from Kafka into a table")
RATES = (
    "Events a second over all rounds (min, median, max); the CPU of the contender's own process per "
    "event (median); how many times as fast the first line is, and how many times the CPU it takes "
    "(medians over rounds, each beside its neighbours)."
)


def rates(named: tuple[str, str], results: Sequence[Result], stage: Stage) -> Outcome:
    """Of relay and hearing."""
    name, title = named
    ours = results[0]
    rows = [
        (
            each.contender.name,
            f"{min(each.rates):,.0f}",
            f"{each.rate:,.0f}",
            f"{max(each.rates):,.0f}",
            f"{each.cost:.0f} µs",
            f"{ours.times(each):.2f} ×",
            f"{ours.cost / each.cost:.2f} ×",
            each.contender.does,
        )
        for each in results
    ]
    raw = [
        {"contender": each.contender.name, "round": number, **asdict(reading)}
        for each in results
        for number, reading in enumerate(each.readings, 1)
    ]
    bars = [
        Bar(
            name=each.contender.name,
            value=each.rate,
            text=f"{each.rate:,.0f}",
            ours=each.contender.name.startswith("ours"),
        )
        for each in results
    ]
    head = ("who", "min/s", "median/s", "max/s", "CPU/event", "speed", "CPU", "does")
    return Outcome(name=name, title=title, explained=RATES, head=head, rows=rows, raw=raw, bars=bars,
                   unit="events a second, median", parts=stage.name)  # fmt: skip


def delays(results: Sequence[Delays], stage: Stage) -> Outcome:
    """Of latency."""
    head = ("who", "writes/s", "p50 ms", "p99 ms", "max ms", "writes", "lost", "does")
    rows = [
        (
            each.name,
            f"{each.rate:g}",
            f"{each.percentile(50):.1f}",
            f"{each.percentile(99):.1f}",
            f"{each.percentile(100):.1f}",
            str(len(each.millis)),
            str(each.lost),
            each.does,
        )
        for each in results
    ]
    bars = [
        Bar(
            name=f"{each.name}, {each.rate:g}/s",
            value=each.percentile(50),
            text=f"{each.percentile(50):.1f} · p99 {each.percentile(99):.1f}",
            ours=each.name.startswith("ours"),
        )
        for each in results
    ]
    explained = (
        "From the commit of a write to the commit of its effect in another database, both as the "
        "server keeps them (`track_commit_timestamp`, taken just before a commit is flushed), so "
        "that no measuring disturbs; without a database the clock is read before the message is "
        "handed over. Below 100 writes p99 is the largest."
    )
    raw = [asdict(each) for each in results]
    return Outcome(name="latency", title="From a write to its effect elsewhere", explained=explained,
                   head=head, rows=rows, raw=raw, bars=bars, unit="milliseconds, median",
                   parts=stage.name)  # fmt: skip


def idle(processes: Sequence[Process], seconds: float) -> Outcome:
    """Of a system that nobody uses."""
    whole = Process(
        name="all",
        cpu=sum(each.cpu for each in processes),
        megabytes=sum(each.megabytes for each in processes),
        count=sum(each.count for each in processes),
    )
    rows = [
        (each.name, str(each.count), f"{each.cpu:.2f} %", f"{each.megabytes:.0f}")
        for each in (*processes, whole)
    ]
    bars = [
        Bar(
            name=each.name, value=each.megabytes, text=f"{each.megabytes:.0f} MB · {each.cpu:.2f} %"
        )
        for each in (*processes, whole)
    ]
    explained = (
        f"`make start`, ready, then {seconds:.0f} s without any request: CPU as percent of one core, "
        "memory as PSS, so that what processes share is counted once."
    )
    return Outcome(name="idle", title="The whole system when nothing happens", explained=explained,
                   head=("process", "processes", "CPU", "MB"), rows=rows,
                   raw=[asdict(each) for each in (*processes, whole)], bars=bars,
                   unit="megabytes (PSS) · percent of one core", parts="as `make start` runs it")  # fmt: skip


def rebuild(found: Sequence[Rebuilt], stage: Stage) -> Outcome:
    """Of a view made again."""
    rows = [
        (f"{each.events:,}", f"{each.seconds:.1f}", f"{each.events / each.seconds:,.0f}",
         "yes" if each.same else "NO")
        for each in found
    ]  # fmt: skip
    bars = [
        Bar(name=f"round {n}", value=each.seconds, text=f"{each.seconds:.1f} s", ours=True)
        for n, each in enumerate(found, 1)
    ]
    return Outcome(name="rebuild", title="A view made again from the log",
                   explained="One view of plain upserts, emptied and replayed in one transaction; "
                   "the table before and after has the same checksum.",
                   head=("events", "seconds", "events/s", "same as before"), rows=rows,
                   raw=[asdict(each) for each in found], bars=bars, unit="seconds",
                   parts=stage.name)  # fmt: skip


def streams(found: Sequence[Reached], stage: Stage) -> Outcome:
    """Of a crowd that listens."""
    rows = [
        (each.name, f"{each.clients:,}", f"{each.percentile(50):.0f}", f"{each.percentile(99):.0f}",
         f"{each.percentile(100):.0f}", str(each.crowd.lost), f"{each.crowd.before_megabytes:.0f}",
         f"{each.crowd.megabytes:.0f}", f"{each.crowd.cpu:.0f} %", each.does)
        for each in found
    ]  # fmt: skip
    bars = [
        Bar(name=each.name, value=each.percentile(99), text=f"{each.percentile(99):.0f} ms",
            ours=each.name.startswith("ours"))
        for each in found
    ]  # fmt: skip
    head = (
        "who",
        "clients",
        "p50 ms",
        "p99 ms",
        "max ms",
        "lost",
        "MB before",
        "MB",
        "CPU",
        "does",
    )
    return Outcome(name="streams", title="From a commit to a thousand clients",
                   explained="From the commit of an event, as the server keeps it, to each client that has its "
                   "id; two events a second, said by another process than the one with the clients. MB (PSS) and "
                   "CPU (of one core) are those of that process.",
                   head=head, rows=rows, raw=[asdict(each) for each in found], bars=bars,
                   unit="milliseconds, 99 of 100", parts=stage.name)  # fmt: skip


def answers(found: Sequence[Answered], stage: Stage) -> Outcome:
    """Of the calendar."""
    rows = [
        (each.name, f"{each.percentile(50):.2f}", f"{each.percentile(99):.2f}", f"{max(each.sizes):,}", each.does)
        for each in found
    ]  # fmt: skip
    bars = [
        Bar(name=each.name, value=each.percentile(50), text=f"{each.percentile(50):.2f} ms",
            ours=each.name.startswith("ours"))
        for each in found
    ]  # fmt: skip
    return Outcome(name="answers", title="The calendar of the plan",
                   explained="A GET over a connection that stays open, from the first byte sent to the last one "
                   "received; ways take turns, request by request.",
                   head=("who", "p50 ms", "p99 ms", "bytes", "does"), rows=rows,
                   raw=[asdict(each) for each in found], bars=bars, unit="milliseconds, median",
                   parts=stage.name)  # fmt: skip
