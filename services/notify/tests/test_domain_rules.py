from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from documents import Unreadable
from notify.consumers import RULES
from notify.domain import FACTS, News, Notice, Topic, issue, notice_id, read_rules

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
RULE = RULES.rules[0]
WORDS = RULES.templates[RULE.template]
GOOD = """\
rules:
  - id: reached
    hear: machi.roadmap.milestone.reached.v1
    unless: [{field: backfill, is: true}]
    topics: ["initiative:{initiative}", plan]
    template: reached
    expires: P14D
templates:
  reached:
    title: 「{label}」を達成しました
    lines: ["達成した日：{actual}"]
"""


def issued(news: News, now: datetime = MONDAY) -> Notice:
    notice = issue(news, RULE, WORDS, now=now)
    assert notice
    return notice


def test_the_shipped_rules_hear_what_they_can_tell():
    assert {rule.hear for rule in RULES.rules} == set(FACTS)


def test_news_becomes_a_notice_in_the_words_of_its_template(moved: News):
    notice = issued(moved)

    assert notice.title == "「標準化対応期限」の期日が変わりました"
    assert notice.lines == (
        "前の期日：令和9年9月",
        "いまの期日：令和9年12月",
        "変わった理由：移行の確認に時間が要るため",
        "決めたところ：岩沼市デジタル化推進本部（令和8年11月20日）",
    )
    assert notice.topics == ("initiative:2-1", "plan")
    assert notice.page == f"/notices/{notice.notice_id}"
    assert notice.summary.count("\n") == 3


def test_a_line_or_a_topic_of_which_something_is_unknown_is_left_out(moved: News):
    facts = {**moved.facts, "reason": None, "initiative": None}

    notice = issued(replace(moved, facts=facts))

    assert not [line for line in notice.lines if "理由" in line]
    assert notice.topics == ("plan",)


def test_news_that_concerns_no_topic_makes_no_notice(moved: News):
    rule = RULE.model_copy(update={"topics": ("initiative:{initiative}",)})

    assert not issue(
        replace(moved, facts={**moved.facts, "initiative": None}), rule, WORDS, now=MONDAY
    )


def test_a_title_of_which_something_is_unknown_is_the_name_of_the_rule(moved: News):
    notice = issued(replace(moved, facts={**moved.facts, "label": None}))

    assert notice.title == RULE.id


def test_a_fact_with_a_line_break_stays_on_its_line(moved: News):
    notice = issued(replace(moved, facts={**moved.facts, "label": "期限\r\nBcc: all"}))

    assert notice.title == "「期限 Bcc: all」の期日が変わりました"


def test_history_alerts_nobody(moved: News):
    assert not issue(
        replace(moved, facts={**moved.facts, "backfill": True}), RULE, WORDS, now=MONDAY
    )


@pytest.mark.parametrize(("days", "told"), [(13.9, True), (14, False), (400, False)])
def test_news_as_old_as_its_rule_allows_is_history(moved: News, days: float, told: bool):
    found = issue(moved, RULE, WORDS, now=MONDAY + timedelta(days=days))

    assert bool(found) == told


def test_the_same_news_makes_the_same_notice_whenever_it_is_heard(moved: News):
    later = issued(moved, MONDAY + timedelta(days=1))

    assert later.notice_id == issued(moved).notice_id == notice_id(moved.event_id, RULE.id)
    assert later.notice_id != notice_id(moved.event_id, "another")


def test_a_notice_holds_until_it_expires(moved: News):
    notice = issued(moved)

    assert notice.holds(MONDAY)
    assert not notice.holds(notice.expires_at)


def test_a_topic_is_an_initiative_or_everything():
    assert Topic("initiative:2-1", ()).initiative == "2-1"
    assert Topic("plan", ()).initiative is None


@pytest.mark.parametrize(
    ("good", "bad", "line"),
    [
        ("P14D", "二週間", 7),
        ("P14D", "-P1D", 7),
        ("    template: reached", "    template: none", 6),
        ("{label}", "{mood}", 10),
        ("{label}", "{label.__class__}", 10),
        ("{label}", "{label!r}", 10),
        ("{label}", "{label:>9999999}", 10),
        ("{label}", "{label", 10),
        ("field: backfill", "field: mood", 4),
        ("reached.v1", "vanished.v1", 5),
        ("    expires", "    loud: true\n    expires", 7),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_with_its_line(good: str, bad: str, line: int):
    with pytest.raises(Unreadable) as refused:
        read_rules(GOOD.replace(good, bad), "rules.yaml")

    assert line in [problem.line for problem in refused.value.problems]


def test_two_rules_of_one_name_are_refused():
    rule = GOOD[GOOD.index("  - id") : GOOD.index("templates")]

    with pytest.raises(Unreadable, match="2 回"):
        read_rules(GOOD.replace(rule, rule + rule), "rules.yaml")


def test_braces_that_are_text_are_no_facts():
    rules = read_rules(GOOD.replace("{label}", "{{label}}"), "rules.yaml")

    assert rules.of("machi.roadmap.milestone.reached.v1")
