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
LISTS = """\
  - {id: online3, kind: list, parent: "2-1", label: 優先する手続, mark: "S", lines: "983",
     stated_count: {value: 3, mark: "S", lines: "983"}}
  - {id: childcare, kind: list, parent: online3, label: 子育て関係, mark: "S", lines: "979"}
  - {id: online-01, kind: item, parent: childcare, code: pregnancy.notify, label: 妊娠の届出, mark: "S", lines: "1014"}
  - {id: online-02, kind: item, parent: online3, code: residence.move, label: 引っ越し, mark: "S", lines: "981",
     aliases: [転出届, 転入予定連絡]}
  - {id: online-03, kind: item, parent: online3, code: ballot, label: 不在者投票用紙等の請求, mark: "S", lines: "983"}
"""
BESIDE = """\
columns: [2026, 2027, 2028]
bodies:
  - {id: hq, name: デジタル化推進本部, mark: "S", lines: "1633",
     role: {text: 市長を本部長とする, mark: "S", lines: "1633"}}
indicators:
  - id: card
    about: "2-1"
    label: カード普及率
    unit: "%"
    definition: null
    better: higher
    target: {value: 90, mark: "S", lines: "10", due: {edtf: "2028-04/2029-03", precision: fiscal_year, mark: "S", lines: "10"}}
    readings:
      - {value: 80.0, approx: true, as_of: null, mark: "S", lines: "1057"}
      - {value: "78.40", as_of: {text: 令和 7年 4月 30日時点, mark: "S", lines: "1059"}, mark: "X", source: {title: 総務省の公表, url: "https://example.jp/"}}
dependencies:
  - {node: ms-std20, needs: 2-1-e, source: {title: 実施要領, lines: "12"}}
facts:
  - {id: law, about: plan, label: 根拠, quotes: [{text: 第９条第３項, mark: "S", lines: "121"}]}
  - {id: act, label: 公布, date: {text: 令和元年５月３１日, mark: "S", lines: "113"}}
contradictions:
  - {id: late, about: ["2-1"], lines: "42, 1123", what: 遅延が半数以上, done: 弱いほうを採る}
"""  # fmt: skip


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
