"""What a form of the staff asks, field by field, and what is wrong with what was typed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias
from unicodedata import normalize

from contracts.values import PartialDate
from roadmap import domain

Kind: TypeAlias = Literal["line", "text", "date", "day", "address", "one", "many"]
"""One line, several, a date as exact as it is known, a day, an address, one of some, or any of them."""
Typed: TypeAlias = Mapping[str, str]
Problem: TypeAlias = tuple[str, str]
"""The field, and what to do about it."""
Options: TypeAlias = Sequence[tuple[str, str]]
"""What may be chosen: the code that is sent, and its words."""

CHOSEN = ("one", "many")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: what is asked, and what may be typed."""

    name: str
    label: str
    hint: str | None = None
    example: str | None = None
    kind: Kind = "line"
    needed: bool = True
    options: Options = ()

    @property
    def help(self) -> str | None:
        """What stands below the label."""
        example = f"例：{self.example}" if self.example else ""
        return "。".join(part for part in (example, self.hint) if part) or None

    def typed(self, sent: Mapping[str, str]) -> str:
        """What was typed into it; of several that were chosen, their codes."""
        if self.kind == "many":
            return " ".join(code for code, _ in self.options if f"{self.name}.{code}" in sent)
        return sent.get(self.name, "").strip()

    def words(self, typed: str) -> str:
        """What was typed, as a person reads it."""
        if self.kind not in CHOSEN:
            return typed
        known = dict(self.options)
        return "、".join(known[code] for code in typed.split() if code in known)

    def wrong(self, text: str) -> str | None:
        """What is wrong with it, and what to do; None: nothing."""
        if not text:
            verb = "選んでください" if self.kind in CHOSEN else "入力してください"
            return f"{self.label}を{verb}" if self.needed else None
        if len(text) > domain.MOST_OF_WORDS or domain.CONTROL.search(text):
            return f"{self.label}は、{domain.MOST_OF_WORDS:,}字までの文字で入力してください"
        return self._misfit(text)

    def _misfit(self, text: str) -> str | None:
        match self.kind:
            case "date" | "day":
                return self._no_date(text)
            case "address" if not re.fullmatch(domain.ADDRESS, text):
                return f"{self.label}は、https:// か http:// から入力してください"
            case "one" if text not in dict(self.options):
                return f"{self.label}を選んでください"
            case _:
                return None

    def _no_date(self, text: str) -> str | None:
        try:
            precision = read_date(text).precision
        except domain.UnreadableDate as unread:
            return f"{self.label}：{unread.said}（例：{self.example}）"
        if self.kind == "day" and precision != "day":
            return f"{self.label}は、年月日まで入力してください（例：{self.example}）"
        return None


def read_date(text: str) -> PartialDate:
    """A date as a person types it, in full width too."""
    return domain.read_date_or_edtf(normalize("NFKC", text))


def day_of(text: str, otherwise: date) -> date:
    """The day that was typed."""
    return read_date(text).lo or otherwise


def lines_of(text: str) -> tuple[str, ...]:
    """Each line that is not blank."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def evidence_of(typed: Typed) -> tuple[domain.Evidence, ...]:
    """Where it can be read; from outside the plan's text."""
    if not typed["source"]:
        return ()
    return (domain.Evidence(source=typed["source"], url=typed["url"] or None, mark="X"),)


def evidence(*, needed: bool, hint: str) -> Iterator[Field]:
    """The fields that are asked first: where it can be read."""
    yield Field(name="source", label="根拠の名前", needed=needed, hint=hint, example=SOURCE)
    yield Field(
        name="url",
        label="根拠のアドレス",
        kind="address",
        needed=False,
        hint="だれでも読めるところにあるときに入力してください",
    )


def nameless(typed: Typed) -> Iterator[Problem]:
    """An address alone is no evidence: it may be gone tomorrow, and nobody knows what it was."""
    if typed["url"] and not typed["source"]:
        yield "source", "アドレスだけでなく、根拠の名前も入力してください"


def date_or_reason(typed: Typed, name: str, missing: str) -> Iterator[Problem]:
    """There is a date, or the reason why there is none; never both."""
    if not (typed[name] or typed["undated_reason"]):
        yield name, missing
    if typed[name] and typed["undated_reason"]:
        yield "undated_reason", "日付を入力したときは、ここを空欄にしてください"


LONG_AGO = "明治より前の日付です。年を確かめてください"
TOO_FAR = "30年より先の日付です。年を確かめてください"
SOURCE = "会議の議事録（令和8年11月20日）"
REASON = Field(
    name="reason",
    label="理由",
    kind="text",
    hint="公開されます。個人の名前は書かないでください。",
)
DECISION = (
    Field(name="body", label="決めたところ"),
    Field(name="taken_on", label="決めた日", kind="day", example="令和8年11月20日"),
    Field(name="chosen", label="決めたこと", example="期限を令和9年12月に改める"),
    Field(
        name="not_chosen",
        label="選ばなかった案",
        kind="text",
        needed=False,
        hint="1行に1つずつ書いてください。なければ空欄にしてください。",
    ),
)


def decision(bodies: Sequence[str]) -> Iterator[Field]:
    """What a decision says, with one of those who act in the plan as an example of who decides."""
    body, *rest = DECISION
    yield replace(body, example=bodies[0] if bodies else None)
    yield from rest


def decision_of(typed: Typed, today: date, effect: domain.Effect) -> domain.Decision:
    """Who decided what, when and why."""
    return domain.Decision(
        body=typed["body"],
        taken_on=day_of(typed["taken_on"], today),
        chosen=typed["chosen"],
        not_chosen=lines_of(typed["not_chosen"]),
        effect=effect,
        reason=typed["reason"],
    )
