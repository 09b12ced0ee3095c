"""The story that `make demo` tells and a journey proves: a date is moved, and all learn of it."""

import asyncio
import html
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urljoin

from aiokafka import AIOKafkaConsumer
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from local.asking import Answer, ask
from local.collector import Collector
from local.trouble import StoryStopped

MILESTONE, LABEL = "ms-std20", "標準化対応期限"
DATE, SHOWN = "令和10年3月", "令和10年（2028年）3月"
REASON = "標準化対応業務の遅延が見込まれるため（これはデモの理由です）"
DECISION = {
    "body": "岩沼市デジタル化推進本部（デモ）",
    "taken_on": "2026-11-20",
    "chosen": f"期限を{DATE}に改める",
}
DATASET = "/api/opendata/datasets/042111_milestones"
CREATED = 201
OK = 200
PATIENCE = 60  # seconds in which a step comes about; it only ends a hang

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Story:
    """Where it plays, to whom it is told, and what has come about so far."""

    gateway: str
    kafka: str
    mailbox: str
    token: str
    tell: Callable[[str, str], None]
    """Who does it, and what."""
    collector: Collector | None = None
    """Where the services export their traces; None when they do not."""
    trace: str = field(default_factory=lambda: secrets.token_hex(16))
    resident: str = field(default_factory=lambda: f"hanako.{secrets.token_hex(4)}@example.jp")
    event: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the clerk's request was answered with."""
    read: set[str] = field(default_factory=set[str])
    """The mails that the resident has read."""

    async def get(self, path: str) -> Answer:
        """Ask the gateway."""
        return await ask(self.gateway + path)


async def opendata_has_published(story: Story) -> None:
    """What was loaded at the start; or the story's version would be the first one."""

    async def there() -> bool:
        return (await story.get(DATASET)).status == OK

    await _until(there, "opendata publishes what was loaded")
    version = (await story.get(DATASET)).json["version"]
    story.tell("opendata", f"has version {version}: {story.gateway}{DATASET}")


async def a_resident_subscribes(story: Story) -> None:
    """A confirmation is mailed; opening its link shows a button, and only that confirms."""
    form = {"address": story.resident, "topics": "plan"}
    asked = await ask(story.gateway + "/subscriptions", form=form)
    _expect(asked, OK, "a resident subscribes")
    page, link = await _mail(story)
    _expect(page, OK, "the confirmation's link is followed")
    _expect(await ask(_button(page), form={}), OK, "the subscription is confirmed")
    story.tell("resident", f"{story.resident} subscribes, and confirms at {link}")


async def a_clerk_moves_the_date(story: Story) -> None:
    """By a decision with a reason, and on the version that was read."""
    before = await story.get(f"/api/roadmap/milestones/{MILESTONE}")
    _expect(before, OK, "the clerk reads the milestone")
    story.tell("trace", f"{story.trace}: it begins with the clerk's request")
    answer = await ask(
        f"{story.gateway}/api/roadmap/assertions",
        given={"subject_id": MILESTONE, "attr": "due", "value": DATE, "reason": REASON}
        | {"decision": DECISION},
        headers={
            "Authorization": f"Bearer {story.token}",
            "If-Match": f'"{before.json["version"]}"',
            "traceparent": f"00-{story.trace}-{secrets.token_hex(8)}-01",
        },
    )
    _expect(answer, CREATED, "the clerk moves the date")
    story.event = answer.json["event"]
    was = before.json["due"]["value"]["edtf"]
    story.tell("clerk", f"moves 「{LABEL}」 from {was} to {DATE}: {REASON}")


async def the_event_is_on_kafka(story: Story) -> None:
    """Read back by a consumer that knows nothing of us."""
    topic, wanted = story.event["topic"], story.event["event_id"]
    record, named = await _record(story, topic, lambda each: each["ce_id"] == wanted)
    traced = named.get("ce_traceparent", "")
    if story.collector and story.trace not in traced:
        raise StoryStopped(step="the event is on Kafka", why=f"its trace is {traced or 'not told'}")
    place = f"{topic}, partition {record.partition}, offset {record.offset}"
    story.tell("kafka", f"{place}: {named['ce_type']}, id {wanted}")


async def catalog_shows_it(story: Story) -> None:
    """Catalog has heard the event, and its front page has the new date."""
    asked = f"/api/catalog/heard?topic={story.event['topic']}&key={story.event['key']}"

    async def heard() -> bool:
        answer = await story.get(asked)
        return answer.status == OK and answer.json["sequence"] >= story.event["sequence"]

    await _until(heard, "catalog hears of it")
    page = await story.get("/")
    if LABEL not in page.words or SHOWN not in page.words:
        raise StoryStopped(step="catalog shows the new date", why=f"{page.url} has no {SHOWN}")
    story.tell("catalog", f"has heard it and shows {SHOWN}: {page.url}")


async def opendata_publishes(story: Story) -> None:
    """A new version of the data set, and the event that says so and names its cause."""
    cause = story.event["event_id"]
    record, named = await _record(
        story, "machi.opendata.v1", lambda each: each.get("ce_causationid") == cause
    )
    version = json.loads(record.value)["version"]
    answer = await story.get(DATASET)
    _expect(answer, OK, "the new version is asked for")
    if answer.json["version"] < version:
        raise StoryStopped(
            step="the new version is asked for", why=f"{DATASET} has no version {version}"
        )
    said = f"{named['ce_type']}, id {named['ce_id']}"
    story.tell("opendata", f"publishes version {version} and says so: {said}, caused by {cause}")


async def the_resident_reads_of_it(story: Story) -> None:
    """The mail is opened from the mailbox, and its link followed."""
    page, link = await _mail(story)
    _expect(page, OK, "the mail's link is followed")
    if SHOWN not in page.words and DATE not in page.words:
        raise StoryStopped(step="the mail's link is followed", why=f"{link} has no {SHOWN}")
    story.tell("notify", f"mailed {story.resident}; the mail's link leads to {link}")


async def it_was_one_trace(story: Story) -> None:
    """From the request to its effect next door, as the services export it."""
    collector = story.collector
    if collector is None:
        return
    trace = bytes.fromhex(story.trace)

    async def steps() -> list[str]:
        found = [(who, span) for who, span in collector.steps() if span.trace_id == trace]
        found.sort(key=lambda pair: pair[1].start_time_unix_nano)
        began = found[0][1].start_time_unix_nano if found else 0
        told = [f"{who}: {span.name} (+{_ms(span, began)} ms)" for who, span in found]
        return told if any(each.startswith("catalog: hear ") for each in told) else []

    told = await _until(steps, "the services export the trace")
    for each in told:
        story.tell("trace", f"{story.trace}  {each}")


IN_ORDER = (
    (opendata_has_published,),
    (a_resident_subscribes,),
    (a_clerk_moves_the_date,),
    (the_event_is_on_kafka, catalog_shows_it, opendata_publishes, the_resident_reads_of_it),
    (it_was_one_trace,),
)
"""Steps of one line are waited for at the same time, and each is told when it comes about."""


async def tell(story: Story) -> None:
    """Go through it; StoryStopped where a step does not come about."""
    for steps in IN_ORDER:
        at_once = [asyncio.ensure_future(step(story)) for step in steps]
        try:
            await asyncio.gather(*at_once)
        finally:
            for each in at_once:
                each.cancel()


def _ms(span: Span, since: int) -> int:
    """The milliseconds from this moment to the end of the step."""
    return round((span.end_time_unix_nano - since) / 1e6)


async def _mail(story: Story) -> tuple[Answer, str]:
    """The page to which the first link of the resident's next mail leads, and the link."""
    api = f"{story.mailbox}/api/v1"

    async def found() -> str:
        mails: list[dict[str, Any]] = (await ask(f"{api}/messages")).json["messages"]
        mine = (mail["ID"] for mail in mails if story.resident in json.dumps(mail["To"]))
        return next((mail for mail in mine if mail not in story.read), "")

    mail = await _until(found, "a mail is waited for")
    story.read.add(mail)
    text = (await ask(f"{api}/message/{mail}")).json["Text"]
    links = re.findall(rf"{re.escape(story.gateway)}/[!-~]*", text)
    if not links:
        raise StoryStopped(step="a mail is read", why="it has no link")
    return await ask(links[0]), links[0]


def _button(page: Answer) -> str:
    """Where the page's one form is posted to."""
    form = re.search(r'<form[^>]*method="post"[^>]*>', page.body)
    action = re.search(r'action="([^"]+)"', form[0] if form else "")
    return urljoin(page.url, html.unescape(action[1]) if action else "")


async def _record(
    story: Story, topic: str, wanted: Callable[[dict[str, str]], bool]
) -> tuple[Any, dict[str, str]]:
    """The first record of a topic whose headers are wanted, and its headers."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=story.kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                record = await consumer.getone()
                named = {name: (value or b"").decode() for name, value in record.headers}
                if wanted(named):
                    return record, named
    except TimeoutError:
        raise StoryStopped(step="the event is on Kafka", why=f"it is not in {topic}") from None
    finally:
        await consumer.stop()


async def _until(condition: Callable[[], Awaitable[T]], step: str) -> T:
    """What the condition gives, as soon as it is something."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not (found := await condition()):  # noqa: ASYNC110 - a service cannot wake us
                await asyncio.sleep(0.05)
            return found
    except TimeoutError:
        raise StoryStopped(step=step, why=f"not within {PATIENCE} s") from None


def _expect(answer: Answer, status: int, step: str) -> None:
    if answer.status != status:
        raise StoryStopped(
            step=step, why=f"{answer.url} answers {answer.status}: {answer.words[:300]}"
        )
