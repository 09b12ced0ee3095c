"""Hearing: events a second from Kafka into a table, and the CPU that one event takes."""

from bench.city import SHOWN, TOPIC
from bench.contest import Contender, Result, Task, Wrong, contest, in_a_process, tell
from bench.relay.contenders import on_the_log, said
from bench.stage import Stage

EVENTS, SUBJECTS = 60_000, 2_000
SPINE, TABLE, NOTHING = "the spine and the table", "the table", ""
CONTENDERS = (
    Contender(
        name="ours, Hearing.hear",
        runs="bench.hearing.ours:hearing",
        does="decode, upsert, positions and numbers in one transaction; drops repetitions; commit",
        template=SPINE,
    ),
    Contender(
        name="ours, Listening",
        runs="bench.hearing.ours:listening",
        does="the same through FastStream, as a service runs it",
        template=SPINE,
    ),
    Contender(
        name="batch, aiokafka",
        runs="bench.hearing.by_hand:batch",
        does="by hand: decode, upsert a batch at once (unnest), commit; drops no repetition",
        template=TABLE,
    ),
    Contender(
        name="FastStream, one by one",
        runs="bench.hearing.libraries:faststream",
        does="ack_policy=REJECT_ON_ERROR: decode, upsert, commit each; drops no repetition",
        share=0.05,
        template=TABLE,
    ),
    Contender(
        name="no database, aiokafka",
        runs="bench.hearing.by_hand:no_database",
        does="getmany, decode, commit; nothing is kept",
    ),
    Contender(
        name="no database, confluent-kafka",
        runs="bench.hearing.libraries:confluent",
        does="consume, decode, commit; nothing is kept",
    ),
)


async def measure(stage: Stage, events: int, repeat: int) -> list[Result]:
    """All hear the same log from its beginning, each with a fresh database and a fresh group."""
    await fill(stage, events, SUBJECTS)
    templates = {
        SPINE: await stage.empty(SHOWN, spine=True),
        TABLE: await stage.empty(SHOWN),
    }

    async def prepare(contender: Contender) -> Task:
        found = templates.get(contender.template)
        address = stage.address(await stage.copy(found)) if found else ""
        number = int(events * contender.share)
        return Task(database=address, kafka=stage.kafka, topic=TOPIC, events=number)

    async def check(contender: Contender, task: Task) -> None:
        if not contender.template:
            return
        database = task.database.rpartition("/")[2]
        found = await stage.value("select sum(times) from shown", database)
        await stage.drop(database)
        if found < task.events or (contender.share == 1 and found > task.events):
            raise Wrong(found=found, asked=(contender.name, task.events))

    return await contest(CONTENDERS, repeat, prepare=prepare, check=check)


async def fill(stage: Stage, events: int, subjects: int) -> None:
    """A log with so many events, said and relayed as a service does it."""
    tell(f"filling the log with {events:,} events")
    await stage.topic(TOPIC)
    outbox = await said(stage, events, subjects)
    task = Task(database=stage.address(outbox), kafka=stage.kafka, topic=TOPIC, events=events)
    await in_a_process("bench.relay.ours:relay", task)
    await stage.drop(outbox)
    if (found := await on_the_log(stage.kafka, TOPIC)) != events:
        raise Wrong(found=found, asked=events)
