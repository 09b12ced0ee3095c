"""What a notice is, and how it comes from news and a rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from string import Formatter
from uuid import UUID

from contracts.values import Refusal
from notify.domain.rules import Rule, Template

EVERYTHING = "plan"
"""The topic of all news about the plan; it lives in subscriptions, so another name loses them."""


class UnknownNotice(Refusal):
    """There is no notice with this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An event as rules see it."""

    event_id: str
    type: str
    recorded: datetime
    page: str
    facts: Mapping[str, str | bool | None]
    """What it tells, in words; None: unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is said once, to all who want to hear it."""

    notice_id: UUID
    rule: str
    title: str
    lines: tuple[str, ...]
    topics: tuple[str, ...]
    caused_by: str
    """The id of the event."""
    about: str
    """The page of what it is about."""
    issued_at: datetime
    expires_at: datetime
    """From then on it is sent to nobody; it stays readable."""
    followed_by: UUID | None = None
    """The newest notice about the same page; None: this one is."""

    @property
    def page(self) -> str:
        """Its page for people, behind the gateway."""
        return f"/notices/{self.notice_id}"

    @property
    def summary(self) -> str:
        """Its lines as one text."""
        return "\n".join(self.lines)

    def holds(self, now: datetime) -> bool:
        """Whether it is still news: its time is not over, and nothing newer was said of the same."""
        return now < self.expires_at and self.followed_by is None


@dataclass(frozen=True, slots=True)
class Topic:
    """What one can subscribe to, and the milestones by which it is known."""

    topic: str
    labels: tuple[str, ...]

    @property
    def initiative(self) -> str | None:
        """The number of the initiative; None: it is everything."""
        kind, _, number = self.topic.partition(":")
        return number if kind == "initiative" else None


def notice_id(event_id: str, rule: str) -> UUID:
    """Derived, so that the same news makes the same notice, whenever it is heard."""
    return UUID(bytes=sha256(f"{event_id}\n{rule}".encode()).digest()[:16])


def issue(news: News, rule: Rule, template: Template, *, now: datetime) -> Notice | None:
    """The notice that a rule makes of news; None for history, and for what the rule leaves out."""
    expires_at = news.recorded + rule.expires
    left_out = any(news.facts.get(each.field) == each.is_ for each in rule.unless)
    told = [_filled(topic, news.facts) for topic in rule.topics]
    topics = tuple(topic for topic in told if topic)
    if left_out or expires_at <= now or not topics:
        return None
    lines = [_filled(line, news.facts) for line in template.lines]
    return Notice(
        notice_id=notice_id(news.event_id, rule.id),
        rule=rule.id,
        title=_one_line(_filled(template.title, news.facts) or rule.id),
        lines=tuple(_one_line(line) for line in lines if line),
        topics=topics,
        caused_by=news.event_id,
        about=news.page,
        issued_at=now,
        expires_at=expires_at,
    )


def _filled(text: str, facts: Mapping[str, str | bool | None]) -> str | None:
    """The text with its facts; None when one of them is unknown."""
    named = [name for _, name, _, _ in Formatter().parse(text) if name]
    if any(facts.get(name) is None for name in named):
        return None
    return text.format_map(facts)


def _one_line(text: str) -> str:
    return " ".join(text.split())
