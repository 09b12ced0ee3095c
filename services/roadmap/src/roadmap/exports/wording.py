"""The words in which calendars, feeds and embeds tell of dates that were promised and moved."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from contracts.values import PartialDate
from pages.dates import japanese_text
from roadmap.domain import (
    Choice,
    Decision,
    Evidence,
    Milestone,
    Node,
    in_order,
    slip,
)

NO_DATE = "期日なし"
NO_PLAN = "計画"
FEW = 2
"""So many names fit into one title; more are counted."""


def named(choice: Choice, nodes: Sequence[Node]) -> str:
    """What a calendar or feed is called, after what was chosen."""
    plan = next((node.label for node in nodes if node.kind == "plan"), NO_PLAN)
    chosen = {each for ids in choice.named.values() for each in ids}
    labels = [node.title for node in in_order(nodes) if node.node_id in chosen]
    more = f"ほか{len(labels) - FEW}件" if len(labels) > FEW else ""
    return f"{plan}：{'、'.join(labels[:FEW])}{more}" if labels else plan


def western(value: PartialDate | None) -> str:
    """A date in western years, as short as it is exact: 2027年9月, 2028年度, 2015年以降."""
    if value is None:
        return NO_DATE
    start, _, end = value.edtf.partition("/")
    match value.precision:
        case "fiscal_year":
            return f"{start[:4]}年度"
        case "fiscal_year_end":
            return f"{int(start[:4]) - 1}年度末"
        case "open":
            return f"{_bound(end)}まで" if start == ".." else f"{_bound(start)}以降"
        case _:
            return f"{_bound(start)}〜{_bound(end)}" if end else _bound(start)


def _bound(edtf: str) -> str:
    parts = zip(edtf.split("-"), "年月日", strict=False)
    return "".join(f"{int(number)}{unit}" for number, unit in parts)


def moved(old: PartialDate | None, new: PartialDate | None) -> str:
    """From one date to another, its year only once: 2027年9月 → 12月."""
    before, after = western(old), western(new)
    same_year = old and new and {old.precision, new.precision} <= {"month", "day"}
    if same_year and before[:4] == after[:4]:
        after = after.removeprefix(f"{before[:4]}年")
    return f"{before} → {after}"


def shown(value: PartialDate | None) -> str:
    """A date as residents read it."""
    return japanese_text(value, weekday=False) if value else NO_DATE


def on_day(day: date) -> str:
    """A day as residents read it."""
    return japanese_text(day, weekday=False)


def moves(milestone: Milestone) -> Iterator[str]:
    """That it was stopped, and every move of its date, with who decided it and why, the last one first."""
    if milestone.stopped and milestone.decision:
        yield "中止になりました"
        yield from decided(milestone.decision)
    for old, new in reversed(milestone.moves):
        way = f"（{slip(old.value, new.value).text}）" if old.value and new.value else ""
        yield f"変更：{shown(old.value)} → {shown(new.value)}{way}"
        if new.revision_id:
            yield f"計画の改訂（{new.revision_id}）による"
        decision = milestone.decided(new)
        yield from decided(decision) if decision else ()


def decided(decision: Decision) -> Iterator[str]:
    """Who decided what, and why."""
    yield f"{on_day(decision.taken_on)} {decision.body}の決定：{decision.chosen}"
    yield f"理由：{decision.reason}"


def sources(evidence: Iterable[Evidence]) -> Iterator[str]:
    """Where it stands, with lines."""
    for each in evidence:
        yield f"出典：{each.source}" + (f"、{each.lines}行目" if each.lines else "")
