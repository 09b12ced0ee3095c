"""What we do with what outside sources report, of a milestone or of an item of a list."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from chassis.saying import Say
from roadmap.domain import (
    LATEST,
    Amendment,
    Assertion,
    Evidence,
    Node,
    Observation,
    OutOfThePlan,
    Report,
    UnknownItem,
    UnknownMilestone,
    Valid,
    folded,
    is_old,
    named,
    newer,
    report as reported,
)
from roadmap.store import Store
from roadmap.store.rows import WordedNode

REPORTED = ("milestone", "item")
"""Of what others report."""


async def observe(observations: Sequence[Observation], store: Store, *, by: str) -> int:
    """Keep the dates that sources report; returns how many are new.

    What is known already changes nothing, nor does what was put right since, or what its source has replaced.
    """
    await store.plans.lock_loading()
    nodes = await store.plans.nodes(LATEST)
    known, ever = await store.assertions.all_reports(), await store.assertions.ever_reported()
    new = 0
    for row in (row for each in observations for row in _reported(each, nodes)):
        if is_old(row, ever):
            continue
        change = newer(known.get((row.subject_id, row.asserter)), row)
        if change:
            await _keep(row.subject_id, change, store, by=by)
            new += 1
    return new


async def report(command: Report, store: Store, *, say: Say, now: datetime, by: str) -> None:
    """Record what an outside source expects of a milestone, or of an item; no event tells of it."""
    await reportable(command.subject_id, store)
    known = await store.assertions.reports(command.subject_id)

    change = reported(known.get((command.subject_id, command.asserter)), command)

    await _keep(command.subject_id, change, store, by=by)


async def reportable(subject_id: str, store: Store) -> WordedNode:
    """A milestone or an item, which nobody else changes from here on; refuses what is neither, or out of the plan."""
    await store.plans.lock(subject_id)
    text = (await store.plans.texts(LATEST, [subject_id])).get(subject_id)
    if text is None or text.node.kind not in REPORTED:
        raise UnknownMilestone(subject_id)
    if text.removed:
        raise OutOfThePlan(subject_id)
    return text


async def _keep(subject_id: str, change: Amendment, store: Store, *, by: str) -> None:
    """Keep a report, and enter it into the public change log; no event tells of it."""
    await store.plans.lock(subject_id)
    row = await store.keep_change(subject_id, change, by=by)
    if row:
        await store.log.note("reported", subject_id, _as_noted(row))


def _as_noted(row: Assertion) -> dict[str, object]:
    """A report as the change log has it."""
    return {
        "attr": row.attr,
        "asserter": row.asserter,
        "value": row.value.model_dump(mode="json") if row.value else None,
        "valid_from": row.valid.since.isoformat(),
        "evidence": [
            {"source": each.source, "url": each.url, "mark": each.mark} for each in row.evidence
        ],
    }


def _reported(observation: Observation, nodes: Sequence[Node]) -> Iterator[Assertion]:
    """One statement for each item of which a date is reported; refuses an item nobody knows."""
    if observation.reported is None:
        return
    items = named(nodes, observation.list_id)
    for name in observation.items:
        item = items.get(folded(name))
        if item is None:
            detail = f"{observation.observation_id}: {name}"
            raise UnknownItem(detail)
        yield _statement(item.node_id, observation)


def _statement(item_id: str, observation: Observation) -> Assertion:
    source = observation.source
    titled = "。".join(filter(None, (source.title, source.note)))
    return Assertion(
        subject_id=item_id,
        attr="reported",
        asserter=observation.asserter,
        value=observation.reported,
        undated_reason=None,
        mark="X",
        evidence=(Evidence(source=titled, mark="X", url=source.url),),
        valid=Valid(since=observation.as_of.hi or observation.as_of.lo or LATEST.day),
    )
