"""Whether a plan is as it says it is, its lists as long and its targets given: worth a look, and no error."""

from collections.abc import Iterator

from documents import Document, Problem
from roadmap.domain.plan import Plan, items_by_list

COUNTS_DIFFER = "計画の記載は {stated} 件ですが、この並びにある項目は {found} 件です"
TARGETS = "kpi-targets"
TARGET_GIVEN = "数値の目標は計画にないと書かれていますが、指標「{label}」に目標があります"


def miscounted(plan: Plan, document: Document) -> Iterator[Problem]:
    """Warn of each list that holds another number of items than is stated, lists inside included."""
    counted = [node.node_id for node in plan.nodes if node.stated_count]
    items = items_by_list(plan.nodes, counted)
    for index, node in enumerate(plan.nodes):
        count = node.stated_count
        if count and count.value != len(items[node.node_id]):
            message = COUNTS_DIFFER.format(stated=count.value, found=len(items[node.node_id]))
            yield document.problem(("nodes", index, "stated_count", "value"), message)


def misdenied(plan: Plan, document: Document) -> Iterator[Problem]:
    """Warn where the file says that the plan has no numerical targets, and gives an indicator one."""
    given = next((each for each in plan.extras.indicators if each.target), None)
    for index, silence in enumerate(plan.silences):
        if given and silence.silence_id == TARGETS:
            message = TARGET_GIVEN.format(label=given.label)
            yield document.problem(("not_in_text", index, "id"), message)
