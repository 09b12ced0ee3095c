"""What was measured of the plan, as a table."""

import statistics

from bench.chart import Bar
from bench.plan.asking import Waited
from bench.report import Outcome
from bench.stage import Stage

TOLD = (
    ("again", "tree of 4,000 dates, asked before", "25"),
    ("304", "the same, which the reader has", ""),
    ("another moment", "the same, at a moment nobody asked for", "25"),
    ("first", "the same, the first that is ever asked of a process", ""),
    ("SQL", "rows in force, of 100,000 statements: SQL", "10"),
    ("SQL, told", "the states of 4,000 nodes, by which an answer is put together: SQL", ""),
    ("SQL, bare", "the rows in force without an index on two clocks", ""),
    ("replay", "every row fetched and replayed in Python", ""),
    ("all", "revision of 1,000 nodes, in all", "1000"),
    ("read", "… read the file", ""),
    ("compared", "… compare it with the one before", ""),
    ("committed", "… keep, tell and commit it", ""),
    ("inserted", "its 1,001 statements, in one batch", ""),
    ("inserted one by one", "the same, one by one", ""),
    ("page again", "timetable of the shipped plan, asked before", "10"),
    ("page 304", "the same, which the reader has", ""),
    ("page rendered", "the same, rendered", ""),
    ("calendar again", "calendar of the shipped plan", "20"),
    ("calendar 304", "the same, which the reader has", "2"),
)
EXPLAINED = (
    "Over HTTP from the service's own process, one question after the other over one connection; SQL as the server "
    "times it, planning included. Each date of the plan was moved eight times and each promise but the last put "
    "right: 25 rows. A moment nobody asked for is another day in force and another second of knowledge; a node that then is as it "
    "was at a moment asked for before is not rendered again. The replay gives the same dates as the index. Goals are those of the plan's design, in milliseconds."
)


def outcome(waited: Waited, stage: Stage) -> Outcome:
    """The table and the chart."""
    rows = [(text, *_row(waited, name), goal) for name, text, goal in TOLD]
    raw = [{"what": name, "millis": millis} for name, millis in waited.millis.items()]
    bars = [
        Bar(name=text, value=best, text=f"{best:,.1f}", ours="index" not in text and "Python" not in text)
        for name, text, _ in TOLD
        for best in [min(waited.millis[name])]
    ]  # fmt: skip
    return Outcome(name="plan", title="Reading, loading and showing the plan", explained=EXPLAINED,
                   head=("what", "min ms", "median ms", "KB", "KB gzip", "goal ms"), rows=rows, raw=raw, bars=bars,
                   unit="milliseconds, the fastest", parts=stage.name)  # fmt: skip


def _row(waited: Waited, name: str) -> tuple[str, str, str, str]:
    millis, sizes = waited.millis[name], waited.sizes.get(name, (0, 0))
    kilobytes = (f"{size / 1024:,.0f}" if sizes[0] else "" for size in sizes)
    raw, zipped = kilobytes
    return f"{min(millis):,.1f}", f"{statistics.median(millis):,.1f}", raw, zipped
