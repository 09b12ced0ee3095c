"""Over HTTP: a clerk's POST to the real roadmap, until the real catalog has its effect.

At one a second only: a client may write 120 times a minute.
"""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import asyncpg
from httpx2 import AsyncClient

from bench.contest import Wrong, tell
from bench.idle import machi, started
from bench.latency.delays import PATIENCE, Delays
from local.postgres import SUPERUSER
from local.settings import LOOPBACK, variable

MILESTONE, CREATED = "ms-online29", 201
# The rows of the services themselves, noted in the same transaction, whose commit the server times.
NOTED = """
create table bench_noted (key text, sequence bigint, primary key (key, sequence));
create function bench_note() returns trigger language plpgsql security definer as $$
begin
  insert into bench_noted values (new.key, new.sequence) on conflict do nothing;
  return new;
end $$;
"""
WRITTEN = "create trigger bench after insert on outbox for each row execute function bench_note()"
HEARD = "create trigger bench after insert or update on heard for each row execute function bench_note()"
MOMENTS = "select key, sequence, pg_xact_commit_timestamp(xmin) as at from bench_noted"


async def measure(writes: int) -> Delays:
    """The whole system, started for this; its Postgres told to keep the moments of commits."""
    async with started() as environment:
        await _time_commits(environment)
        for database, trigger in {"roadmap": WRITTEN, "catalog": HEARD}.items():
            await _run(_address(environment, database), NOTED + trigger)
        await _post(environment, writes)
        millis, lost = await _between(environment)
    return Delays(
        name="ours, over HTTP",
        does="POST through the gateway to roadmap, its outbox, Kafka, catalog; 1/s is the limit for a client",
        rate=1.0,
        millis=millis,
        lost=lost,
    )


async def _time_commits(environment: dict[str, str]) -> None:
    await _run(_address(environment, "postgres"), "alter system set track_commit_timestamp = on")
    status = json.loads(await asyncio.to_thread(machi, environment, "status", "--json"))
    os.kill(status["processes"]["postgres"]["pid"], signal.SIGINT)  # it is started again
    await asyncio.sleep(1)
    async with asyncio.timeout(60):
        while not await _ready(environment):  # noqa: ASYNC110 it cannot wake us
            await asyncio.sleep(0.2)


async def _ready(environment: dict[str, str]) -> bool:
    return json.loads(await asyncio.to_thread(machi, environment, "status", "--json"))["ready"]


async def _post(environment: dict[str, str], writes: int) -> None:
    token = (await asyncio.to_thread(machi, environment, "token", "--role", "editor")).strip()
    gateway = f"http://{LOOPBACK}:{environment[variable('gateway')]}"
    async with AsyncClient(base_url=gateway, timeout=20, trust_env=False) as client:
        for value in _values(writes):
            answer = await client.post(
                "/api/roadmap/assertions", json=_body(value), headers=_headers(token, value)
            )
            if answer.status_code != CREATED:
                raise Wrong(found=answer.text, asked=CREATED)
            await asyncio.sleep(1)


def _values(writes: int) -> Iterator[str]:
    for number in range(writes):
        yield f"令和{9 + number // 12}年{1 + number % 12}月"


def _body(value: str) -> dict[str, object]:
    decision = {"body": "本部", "taken_on": "2026-11-20", "chosen": "改める"}
    changed = {"subject_id": MILESTONE, "attr": "due", "value": value}
    return {**changed, "reason": f"{value}に改める理由", "decision": decision}


def _headers(token: str, value: str) -> dict[str, str]:
    key = sha256(value.encode()).hexdigest()
    return {"Authorization": f"Bearer {token}", "If-Match": "*", "Idempotency-Key": key}


async def _between(environment: dict[str, str]) -> tuple[list[float], int]:
    end = asyncio.get_running_loop().time() + PATIENCE
    while True:
        written = await _moments(_address(environment, "roadmap"))
        seen = await _moments(_address(environment, "catalog"))
        both = written.keys() & seen.keys()
        if len(both) == len(written) or asyncio.get_running_loop().time() > end:
            tell(f"  over HTTP: {len(both)} of {len(written)} events seen")
            return [(seen[each] - written[each]) * 1000 for each in both], len(written) - len(both)
        await asyncio.sleep(0.1)


async def _moments(address: str) -> dict[tuple[str, int], float]:
    connection = await asyncpg.connect(address)
    try:
        rows = await connection.fetch(MOMENTS)
        return {(row["key"], row["sequence"]): row["at"].timestamp() for row in rows}
    finally:
        await connection.close()


async def _run(address: str, sql: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(sql)
    await connection.close()


def _address(environment: dict[str, str], database: str) -> str:
    secret = Path(environment["MACHI_HOME"]) / "secrets" / SUPERUSER
    port = environment[variable("postgres")]
    return f"postgresql://{SUPERUSER}:{secret.read_text().strip()}@{LOOPBACK}:{port}/{database}"
