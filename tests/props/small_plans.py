"""A small plan as YAML, for tests that change a word of it and look what is said."""

import pytest

from documents import Unreadable
from roadmap.domain import Plan, read_plan

SMALL = """\
machi_plan: 1
municipality: "042111"
revision:
  id: R8
  supersedes: R3
  adopted: {text: 令和８年 3 月, mark: "S", lines: "56"}
  decision: null
  source: {title: 岩沼市デジタル化推進計画}
nodes:
  - {id: plan, kind: plan, label: 岩沼市デジタル化推進計画, mark: "S", lines: "65",
     period: {edtf: "2021-04/2029-03", mark: "S", lines: "238"}}
  - {id: "2", kind: perspective, parent: plan, label: 新たな価値の創造・共創, mark: "S", lines: "893"}
  - {id: "2-1", kind: initiative, parent: "2", label: 標準化・共通化, mark: "S", lines: "1105"}
  - {id: 2-1-e, kind: bar, parent: "2-1", label: 全業務運用開始, mark: "S", lines: "1169", extent: null}
  - {id: ms-std20, kind: milestone, parent: "2-1", label: 標準化対応期限, wording: 目指します,
     due: {text: 令和９年（2027 年）９月, edtf: "2027-09", mark: "S", lines: "1133"}}
not_in_text: []
"""


def changed(*changes: tuple[str, str]) -> str:
    """The small plan with some of its words replaced."""
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def extended(nodes: str = "", beside: str = "") -> Plan:
    """The small plan with more nodes, and with more beside the tree."""
    return read_plan(more(nodes, beside), "plan.yaml")


def more(nodes: str = "", beside: str = "") -> str:
    """The same as text."""
    return SMALL.replace("not_in_text: []\n", f"{nodes}{beside}not_in_text: []\n")


def problems(*changes: tuple[str, str]) -> list[str]:
    """What is said of the small plan with some of its words replaced."""
    return refused(changed(*changes))


def refused(text: str | bytes) -> list[str]:
    """What is said of a plan that cannot be read."""
    with pytest.raises(Unreadable) as told:
        read_plan(text, "plan.yaml")
    return [str(problem) for problem in told.value.problems]
