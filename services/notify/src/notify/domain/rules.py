"""Which news is told to whom, in which words, and how old it may be: rules that stand in a file."""

from collections.abc import Iterator
from datetime import timedelta
from string import Formatter

from pydantic import BaseModel, ConfigDict, Field

from documents import Document, Loc, Problem, Unreadable, parse

NO_TEMPLATE = "この名前の文面は、ファイルの templates にありません"
TWICE = "この id の決まりは 2 回書かれています"
NO_FACT = "「{name}」という項目は、この出来事にありません（使えるもの：{known}）"
NO_BRACES = "{{ }} の中には項目の名前だけを書いてください"

_MILESTONE = frozenset(["label", "initiative", "backfill", "reason"])
FACTS = {
    "machi.roadmap.milestone.rescheduled.v1": _MILESTONE
    | {"old_due", "new_due", "decided", "ahead", "valid_from"},
    "machi.roadmap.milestone.reached.v1": _MILESTONE | {"actual"},
    "machi.roadmap.milestone.approached.v1": _MILESTONE
    | {"due", "threshold", "days_left", "deadline_day"},
    "machi.roadmap.milestone.missed.v1": _MILESTONE | {"due", "deadline_day", "basis"},
    "machi.roadmap.milestone.cancelled.v1": _MILESTONE
    | {"old_due", "decided", "ahead", "valid_from"},
    "machi.roadmap.assertion.corrected.v1": _MILESTONE
    | {"of_a_present_date", "attr", "before", "after"},
    "machi.roadmap.plan.revised.v1": frozenset(["label", "revision", "backfill", "reason"]),
    "machi.catalog.procedure.published.v1": frozenset(
        ["name", "initiative", "backfill", "change", "summary"]
    ),
}
"""The types of events that rules may hear, and what each tells: by these names it is asked for."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Unless(_Part):
    """A condition under which nobody is told."""

    field: str
    is_: str | bool = Field(alias="is")


class Template(_Part):
    """The words of a notice; a line of which something is unknown is left out."""

    title: str
    lines: tuple[str, ...]


class Rule(_Part):
    """News of one type, for whom it is, and how old it may be."""

    id: str = Field(pattern=r"^[a-z][a-z-]*$")
    hear: str
    unless: tuple[Unless, ...] = ()
    topics: tuple[str, ...] = Field(min_length=1)
    template: str
    expires: timedelta = Field(gt=timedelta(0))
    """Counted from the moment when the event was recorded."""


class Rules(_Part):
    """All rules, and the words that they use."""

    rules: tuple[Rule, ...]
    templates: dict[str, Template]

    def of(self, ce_type: str) -> list[Rule]:
        """The rules for events of this type."""
        return [rule for rule in self.rules if rule.hear == ce_type]


def read_rules(text: str | bytes, name: str) -> Rules:
    """Read the file; raises `Unreadable` with all that is wrong, each with its line."""
    document = parse(text, name)
    rules, misfits = document.validate(Rules)
    problems = misfits if rules is None else list(_wrong(document, rules))
    if rules is None or problems:
        raise Unreadable(problems)
    return rules


def _wrong(document: Document, rules: Rules) -> Iterator[Problem]:
    met: set[str] = set()
    for place, rule in enumerate(rules.rules):
        here: Loc = ("rules", place)
        if rule.id in met:
            yield document.problem((*here, "id"), TWICE)
        met.add(rule.id)
        if rule.template not in rules.templates:
            yield document.problem((*here, "template"), NO_TEMPLATE)
        for loc, asked in _asked(here, rule, rules):
            yield from _unknown(document, loc, asked, ce_type=rule.hear)


def _asked(here: Loc, rule: Rule, rules: Rules) -> Iterator[tuple[Loc, str]]:
    """Each text of a rule and of its template in which facts are named."""
    for i, unless in enumerate(rule.unless):
        yield (*here, "unless", i, "field"), f"{{{unless.field}}}"
    for i, topic in enumerate(rule.topics):
        yield (*here, "topics", i), topic
    template = rules.templates.get(rule.template)
    if template:
        there = ("templates", rule.template)
        yield (*there, "title"), template.title
        yield from (((*there, "lines", i), line) for i, line in enumerate(template.lines))


def _unknown(document: Document, loc: Loc, text: str, *, ce_type: str) -> Iterator[Problem]:
    """Names of facts that events of this type do not have; anything cleverer is refused."""
    known = FACTS.get(ce_type, frozenset())
    try:
        found = list(Formatter().parse(text))
    except ValueError:
        yield document.problem(loc, NO_BRACES)
        return
    for _, name, form, conversion in found:
        if form or conversion or (name is not None and not name.isidentifier()):
            yield document.problem(loc, NO_BRACES)
        elif name is not None and name not in known:
            told = "、".join(sorted(known)) or "なし"
            yield document.problem(loc, NO_FACT.format(name=name, known=told))
