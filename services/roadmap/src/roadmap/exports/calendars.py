"""The calendar (RFC 5545, 7986): an all-day event for each dated milestone, for programs that fetch it again and again.

No clock is read: the bytes follow from the record alone, so an unchanged plan is an unchanged file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.values import PartialDate, Refusal
from roadmap.domain import WEAK, Assertion, At, Evidence, Milestone, Node, Status, Trace
from roadmap.exports.publishing import Outlet
from roadmap.exports.vevents import Entry, Kept, written
from roadmap.exports.wording import moves, shown, sources

MEDIA_TYPE = "text/calendar; charset=utf-8"
LAYERS = ("periods", "deadlines")
FINE = frozenset(["day", "month", "quarter", "fiscal_year_end"])
"""Dates that are shown without being asked for; a longer span would cover all other entries."""
OVER: dict[Status, str] = {
    "cancelled": "中止：",
    "reached": "達成：",
    "reached_late": "遅れて達成：",
}


class UnknownLayer(Refusal):
    """A calendar has the layers periods and deadlines beside its milestones; none of another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a calendar shows: milestones, and when bars and steps take place, as it stood at a moment."""

    at: At
    milestones: Sequence[Milestone]
    spans: Sequence[tuple[Node, Assertion]]
    traces: Mapping[str, Trace]


def read_layers(asked: Sequence[str]) -> frozenset[str]:
    """The layers that were asked for, each once or many parted by commas."""
    layers = frozenset(part.strip() for each in asked for part in each.split(",")) - {""}
    for unknown in sorted(layers.difference(LAYERS)):
        detail = f"layer={unknown[:64]}; layer: {', '.join(LAYERS)}"
        raise UnknownLayer(detail)
    return layers


def calendar(outlet: Outlet, facts: Facts, layers: frozenset[str]) -> bytes:
    """The file, by uid; what has no date, or one that is too long for this choice, is told in its description."""
    entries = [*_milestones(outlet, facts, layers)]
    if "deadlines" in layers:
        entries += _deadlines(outlet, facts)
    if "periods" in layers:
        entries += _spans(outlet, facts)
    return written(outlet, _left_out(facts, layers), entries)


def fitting(
    milestones: Sequence[Milestone],
    spans: Sequence[tuple[Node, Assertion]],
    layers: frozenset[str],
) -> frozenset[str]:
    """The layers, and that of periods where they alone would leave a calendar empty that has some."""
    dated = [(each, value) for each in milestones if (value := _dated(each))]
    alone = any(_has_room(each, value, layers) for each, value in dated)
    days = "deadlines" in layers and any(v.deadline for each in milestones for v in _promised(each))
    if alone or days or not (dated or _lasting(spans)):
        return layers
    return layers | {"periods"}


def _lasting(spans: Sequence[tuple[Node, Assertion]]) -> bool:
    return any(said.value and said.value.lo and said.value.hi for _, said in spans)


def _milestones(outlet: Outlet, facts: Facts, layers: frozenset[str]) -> Iterator[Entry]:
    for milestone in facts.milestones:
        value = _dated(milestone)
        if value and _has_room(milestone, value, layers):
            standing = milestone.status(facts.at.day)
            yield Entry(
                uid=_uid(outlet, milestone.milestone_id),
                summary=f"{_word(milestone, standing)}{milestone.label}（{shown(value)}）",
                value=value,
                status=_kept(milestone, standing),
                lines=tuple(_told(milestone)),
                address=outlet.publisher.address(milestone.page),
                trace=facts.traces[milestone.milestone_id],
            )


def _deadlines(outlet: Outlet, facts: Facts) -> Iterator[Entry]:
    """The last day that keeps a promise, with an alarm while it is open."""
    for milestone in facts.milestones:
        promised = next((value for value in _promised(milestone) if value.deadline), None)
        if promised and promised.deadline:
            standing = milestone.status(facts.at.day)
            yield Entry(
                uid=_uid(outlet, f"{milestone.milestone_id}.deadline"),
                summary=f"{_word(milestone, standing)}期限の日：{milestone.label}",
                value=PartialDate.from_edtf(promised.deadline.isoformat()),
                status=_kept(milestone, standing),
                lines=(f"期日：{shown(promised)}", *_told(milestone)),
                address=outlet.publisher.address(milestone.page),
                trace=facts.traces[milestone.milestone_id],
                warned=standing not in OVER and not _undated(milestone),
            )


def _spans(outlet: Outlet, facts: Facts) -> Iterator[Entry]:
    """Bars and steps, from their first to their last day."""
    for node, said in facts.spans:
        if said.value and said.value.lo and said.value.hi:
            yield Entry(
                uid=_uid(outlet, node.node_id),
                summary=f"{node.label}（{shown(said.value)}）",
                value=said.value,
                status=None,
                lines=tuple(sources(said.evidence)),
                address=outlet.publisher.address("/plan"),
                trace=facts.traces[node.node_id],
            )


def _uid(outlet: Outlet, name: str) -> str:
    return f"{name}@{outlet.publisher.municipality}.machi"


def _dated(milestone: Milestone) -> PartialDate | None:
    """The date to show: what happened, else what is promised, else what was promised last."""
    happened = milestone.actual.value if milestone.actual else None
    values = ([happened] if happened else []) + _promised(milestone)
    return next((value for value in values if value.lo and value.hi), None)


def _promised(milestone: Milestone) -> list[PartialDate]:
    """What is promised now, and all that was before, the latest first."""
    rows = (milestone.due, *reversed(milestone.promises))
    return [row.value for row in rows if row and row.value]


def _has_room(milestone: Milestone, value: PartialDate, layers: frozenset[str]) -> bool:
    """Whether it is shown; what was in the calendar once stays, however its date moved."""
    once = {value.precision, *(value.precision for value in _promised(milestone))}
    return "periods" in layers or bool(FINE & once)


def _undated(milestone: Milestone) -> bool:
    """Whether nothing dates it now, though something did."""
    return not (milestone.actual or (milestone.due and milestone.due.value))


def _word(milestone: Milestone, standing: Status) -> str:
    return OVER.get(standing, "期日なしに変更：" if _undated(milestone) else "")


def _kept(milestone: Milestone, standing: Status) -> Kept | None:
    if standing == "cancelled" or _undated(milestone):
        return "CANCELLED"
    if milestone.actual:
        return "CONFIRMED"
    weak = milestone.commitment is not None and milestone.commitment.level <= WEAK
    return "TENTATIVE" if weak else None


def _told(milestone: Milestone) -> Iterator[str]:
    """All that a calendar program can show of it beside its date."""
    due = milestone.due
    if milestone.kind == "planned_by_nation":
        yield "国の予定です。"
    if due and milestone.actual:
        yield f"期日：{shown(due.value)}"
    if due and due.undated_reason:
        yield f"期日がない理由：{due.undated_reason}"
    if milestone.wording:
        yield f"計画の言葉：「{milestone.wording}」"
    yield from moves(milestone)
    for report in milestone.reported:
        yield f"ほかからの報告：{shown(report.value)}"
    yield from sources(_evidence(milestone))


def _evidence(milestone: Milestone) -> list[Evidence]:
    """Where the plan says it, and what the present statement and the reports rest on."""
    stated = milestone.stated.evidence if milestone.stated else ()
    now = milestone.actual.evidence if milestone.actual else milestone.evidence
    reported = [each for report in milestone.reported for each in report.evidence]
    return list(dict.fromkeys((*stated, *now, *reported)))


def _left_out(facts: Facts, layers: frozenset[str]) -> str:
    """What somebody who reads only the calendar would not see."""
    dated = [(each, _dated(each)) for each in facts.milestones if not each.removed]
    undated = sum(value is None for _, value in dated)
    long = sum(not _has_room(each, value, layers) for each, value in dated if value)
    sentences = (
        "更新が届くまで、数時間から1日ほどかかります。急ぎのお知らせには使えません。",
        f"期日や終わりの日がない節目{undated}件は入っていません。" if undated else "",
        f"年度などの期間で示された節目{long}件は、「期間」を選ぶと入ります。" if long else "",
    )
    return "".join(sentences)
