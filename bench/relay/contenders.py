"""Relay: events a second from the outbox to Kafka."""

from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.city import TOPIC, Store, notices, settings
from bench.contest import Contender, Result, Task, Wrong, contest, tell
from bench.relay.libraries import fill_foreign
from bench.stage import Stage
from chassis.saying import Desk
from contracts.topics import PARTITIONS
from process.desk import open_desk

EVENTS, SUBJECTS = 30_000, 2_000
OUR_OUTBOX = "our outbox"
CONTENDERS = (
    Contender(
        name="ours",
        runs="bench.relay.ours:relay",
        does="lock, read 2,000, send, await acks, mark, commit; order per key kept; rows stay",
        template=OUR_OUTBOX,
    ),
    Contender(
        name="batch relay, confluent-kafka",
        runs="bench.relay.libraries:confluent",
        does="by hand: read 2,000, produce, flush, mark, commit; no lock, no care for failures",
        template=OUR_OUTBOX,
    ),
    Contender(
        name="faststream-outbox, 8 workers",
        runs="bench.relay.libraries:faststream_eight",
        does="claims 2,000 rows, deletes 100 at a time; 8 workers do not keep the order per key",
        share=0.2,
        template="faststream-outbox",
    ),
    Contender(
        name="faststream-outbox, 1 worker",
        runs="bench.relay.libraries:faststream_one",
        does="the same with one worker, which keeps the order",
        share=0.1,
        template="faststream-outbox",
    ),
    Contender(
        name="row by row, aiokafka",
        runs="bench.relay.by_hand:row_by_row",
        does="by hand: for each row send_and_wait, update, commit",
        share=0.05,
        template=OUR_OUTBOX,
    ),
    Contender(
        name="no database, aiokafka",
        runs="bench.relay.by_hand:no_database",
        does="upper bound: the same bytes from memory, acks=all; nothing read or marked",
        template=OUR_OUTBOX,
    ),
)


async def measure(stage: Stage, events: int, repeat: int) -> list[Result]:
    """All relays over the same outbox, copied anew for each."""
    tell(f"relay: filling the outbox with {events:,} events")
    templates = {
        OUR_OUTBOX: await said(stage, events),
        "faststream-outbox": await stage.empty(),
    }
    await fill_foreign(
        stage.address(templates[OUR_OUTBOX]), stage.address(templates["faststream-outbox"])
    )

    async def prepare(contender: Contender) -> Task:
        await stage.topic(TOPIC)
        database = await stage.copy(templates[contender.template])
        number = int(events * contender.share)
        address = stage.address(database)
        return Task(database=address, kafka=stage.kafka, topic=TOPIC, events=number)

    async def check(contender: Contender, task: Task) -> None:
        await stage.drop(task.database.rpartition("/")[2])
        found = await on_the_log(stage.kafka, TOPIC)
        if found < task.events:
            raise Wrong(found=found, asked=(contender.name, task.events))

    return await contest(CONTENDERS, repeat, prepare=prepare, check=check)


async def said(stage: Stage, events: int, subjects: int = SUBJECTS) -> str:
    """A database in whose outbox so many events wait, said as a service says them."""
    database = await stage.empty(spine=True)
    async with open_desk(settings(stage.address(database), stage.kafka), Store) as desk:
        await _say(desk, events, subjects)
    return database


async def _say(desk: Desk[Store], events: int, subjects: int) -> None:
    everything = list(notices(events, subjects))
    for start in range(0, events, 500):
        async with desk.open(datetime.now(UTC)) as (_, say):
            await say(*everything[start : start + 500])


async def on_the_log(kafka: str, topic: str) -> int:
    """How many records a topic holds."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        ends = await consumer.end_offsets([TopicPartition(topic, n) for n in range(PARTITIONS)])
        return sum(ends.values())
    finally:
        await consumer.stop()
