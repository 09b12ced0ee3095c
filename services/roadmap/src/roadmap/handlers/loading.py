"""What we do with a plan file: keep its revision, and tell what it promises and changes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from chassis.saying import Say, Spoken
from contracts import roadmap as said
from roadmap.domain import LATEST, Milestone, OtherCity, Plan, is_news, same_date
from roadmap.handlers import telling
from roadmap.handlers.changing import tokyo_day
from roadmap.handlers.telling import tell
from roadmap.store import Store


async def load_plan(
    plan: Plan, store: Store, *, say: Say, now: datetime, city: str
) -> Sequence[Spoken] | None:
    """Keep a plan as its file states it, and tell of it and each milestone; None: it was known already."""
    if plan.municipality != city:
        raise OtherCity(plan.municipality)
    known = await store.plans.known_revisions()
    if not is_news(plan, known):
        return None
    before = {each.milestone_id: each for each in await store.milestones(LATEST)}

    await store.keep_plan(plan)

    after = await store.milestones(LATEST)
    changes = _told(before, after, tokyo_day(now), backfill=plan.revision.history)
    return await tell(store, say, *_as_revised(plan), *changes)


def _as_revised(plan: Plan) -> Iterator[said.PlanRevised]:
    root, revision = plan.root, plan.revision
    if root is None:  # its text is not at hand, so there is no plan to tell of
        return
    counts = Counter(node.kind for node in plan.nodes)
    yield said.PlanRevised(
        title=f"{root.label}：{revision.revision_id}",
        page="/plan",
        plan_id=root.node_id,
        revision=revision.revision_id,
        supersedes=revision.supersedes,
        adopted=revision.adopted,
        in_force_from=revision.in_force_from,
        period=root.due.value if root.due else None,
        sha256=plan.sha256,
        counts=[said.NodeCount(kind=kind, count=n) for kind, n in counts.items()],
        nodes=[telling.as_node(node) for node in plan.nodes],
        changes=[],
        reason=revision.reason.text if revision.reason else None,
        decision_id=None,
        evidence=[
            said.Evidence(source=revision.source.title, mark=revision.mark, lines=revision.lines)
        ],
        backfill=revision.history,
    )


def _told(
    before: Mapping[str, Milestone], after: Sequence[Milestone], day: date, *, backfill: bool
) -> Iterator[said.MilestoneEvent]:
    """What a revision changes about each milestone."""
    for milestone in after:
        old = before.get(milestone.milestone_id)
        if old is None:
            yield _first_told(milestone, day, backfill=backfill)
        elif milestone.removed and not old.removed:
            yield telling.as_cancelled(milestone, day, backfill=backfill)
        elif milestone.due and old.due and not same_date(old.due, milestone.due):
            yield telling.as_rescheduled(old, milestone, day, backfill=backfill)


def _first_told(milestone: Milestone, day: date, *, backfill: bool) -> said.MilestoneEvent:
    """A promise, or something done."""
    if milestone.kind == "actual":
        return telling.as_reached(milestone, day, backfill=backfill)
    return telling.as_scheduled(milestone, day, backfill=backfill)
