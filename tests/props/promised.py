"""The milestone of the plan that everybody asks about, as the domain's tests of roadmap know it."""

from datetime import UTC, date, datetime

from roadmap.domain import Ancestor, Assertion, Evidence, Milestone, Recorded, Valid, read_date

KNOWN = Recorded(since=datetime(2026, 4, 1, tzinfo=UTC))
PLAN = Evidence(source="岩沼市デジタル化推進計画", mark="S", lines="1133")
DUE = Assertion(
    subject_id="ms-std20",
    attr="due",
    asserter="plan",
    value=read_date("令和9年9月"),
    undated_reason=None,
    mark="S",
    evidence=(PLAN,),
    valid=Valid(since=date(2026, 3, 1)),
    revision_id="R8",
    assertion_id=7,
    recorded=KNOWN,
)
STANDARDIZATION = Milestone(
    milestone_id="ms-std20",
    label="標準化対応期限",
    kind="planned",
    parents=(Ancestor(node_id="plan", label="岩沼市デジタル化推進計画"),),
    wording="目指します",
    due=DUE,
    actual=None,
    revision_id="R8",
    known_since=KNOWN.since,
    version=1,
    promises=(DUE,),
)
