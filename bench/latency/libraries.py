# pyright: basic, reportMissingImports=false
"""Other libraries: two queues in Postgres, and faststream-outbox with FastStream behind it."""

import asyncio
import json
import logging
from typing import Any

import asyncpg
import procrastinate
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaResponse
from faststream_outbox import OutboxBroker, OutboxMessage, make_outbox_table
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.queries import Queries
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine

from bench.city import NoticeIssued, notice
from bench.contest import Reading, Task
from bench.latency.delays import SEE
from bench.latency.pace import paced
from contracts.envelope import encode

QUEUE = "events"
AFTER_PROCRASTINATE = """
create function note() returns trigger language plpgsql as $$
begin
  insert into written (n) values ((new.args->>'n')::int);
  return new;
end $$;
create trigger note after insert on procrastinate_jobs for each row execute function note();
"""
NOTE = "insert into written (n) values (:n)"


def _quiet() -> logging.Logger:
    quiet = logging.getLogger("quiet")
    quiet.setLevel(logging.ERROR)
    return quiet


def _procrastinate(
    address: str, target: asyncpg.Pool | None = None
) -> tuple[procrastinate.App, Any]:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address))

    @app.task(name="see", queue=QUEUE)
    async def see(n: int) -> None:
        if target:
            await target.execute(SEE, n)

    return app, see


async def procrastinate_speak(task: Task) -> Reading:
    """Each write defers a job; a trigger notes it in the same transaction."""
    app, see = _procrastinate(task.database)
    async with app.open_async():

        async def write(number: int) -> None:
            await see.defer_async(n=number)

        return await paced(task, write)


async def procrastinate_listen(task: Task) -> Reading:
    """A worker with ten jobs at a time and its LISTEN, as it comes."""
    pool = await asyncpg.create_pool(task.database)
    app, _ = _procrastinate(task.more["written"], pool)
    async with app.open_async():
        await app.run_worker_async(concurrency=10, install_signal_handlers=False)
    raise AssertionError


async def pgqueuer_speak(task: Task) -> Reading:
    """Each write puts a job into the queue in its own transaction."""
    pool = await asyncpg.create_pool(task.database)

    async def write(number: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("insert into written (n) values ($1)", number)
            await Queries(AsyncpgDriver(connection)).enqueue("see", str(number).encode())

    return await paced(task, write)


async def pgqueuer_listen(task: Task) -> Reading:
    """A worker with its LISTEN, as it comes."""
    pool = await asyncpg.create_pool(task.database)
    queue = PgQueuer(AsyncpgDriver(await asyncpg.connect(task.more["written"])))

    @queue.entrypoint("see")
    async def see(job: Job) -> None:
        await pool.execute(SEE, int(job.payload or b"0"))

    await queue.run()
    raise AssertionError


async def prepare_procrastinate(address: str) -> None:
    """Its tables, and the trigger that notes a write."""
    app, _ = _procrastinate(address)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
    connection = await asyncpg.connect(address)
    await connection.execute(AFTER_PROCRASTINATE)
    await connection.close()


async def prepare_pgqueuer(address: str) -> None:
    """Its tables."""
    connection = await asyncpg.connect(address)
    await Queries(AsyncpgDriver(connection)).install()
    await connection.close()


def _alchemical(address: str) -> str:
    return address.replace("postgresql://", "postgresql+asyncpg://", 1)


async def prepare_faststream(address: str) -> None:
    """Its table."""
    engine, metadata = create_async_engine(_alchemical(address)), MetaData()
    make_outbox_table(metadata, table_name="outbox")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()


async def faststream_speak(task: Task) -> Reading:
    """The outbox row in the transaction of the write; the relay in the same process, by LISTEN."""
    engine = create_async_engine(_alchemical(task.database))
    table = make_outbox_table(MetaData(), table_name="outbox")
    outbox = OutboxBroker(engine, outbox_table=table, logger=_quiet(), apply_types=False)
    kafka = KafkaBroker(task.kafka, acks="all", enable_idempotence=True, logger=_quiet())

    async def as_it_is(message: OutboxMessage) -> OutboxMessage:
        return message

    @kafka.publisher(task.topic)
    @outbox.subscriber(QUEUE, fetch_batch_size=500, min_fetch_interval=0.2, decoder=as_it_is)
    async def relay(message: OutboxMessage) -> KafkaResponse:
        return KafkaResponse(message.body, key=b"notice")

    async def write(number: int) -> None:
        async with engine.begin() as connection:
            await connection.execute(text(NOTE), {"n": number})
            body = json.loads(encode(notice(number, "notice")))
            await outbox.publish(body, queue=QUEUE, session=connection)

    await kafka.connect()
    await outbox.start()
    reading = await paced(task, write)
    await asyncio.sleep(1)
    await outbox.stop()
    await kafka.stop()
    return reading


async def faststream_listen(task: Task) -> Reading:
    """One message, one transaction, one commit; until the process is ended."""
    pool = await asyncpg.create_pool(task.database)
    broker = KafkaBroker(task.kafka, logger=_quiet())

    @broker.subscriber(
        task.topic,
        group_id=task.more["group"],
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.REJECT_ON_ERROR,
    )
    async def see(event: NoticeIssued) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(SEE, event.number)

    await broker.start()
    await asyncio.Event().wait()
    raise AssertionError
