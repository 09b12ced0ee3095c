"""Prints what becomes of the plan's milestones; `machi-contracts` is the city's own package."""

import asyncio
import sys

from aiokafka import AIOKafkaConsumer

from contracts.envelope import header
from contracts.roadmap import MilestoneReached, MilestoneRescheduled, MilestoneScheduled

TOPIC, CITY = "machi.roadmap.v1", "/machi/042111/roadmap"
MILESTONES = {e.ce_type: e for e in (MilestoneScheduled, MilestoneRescheduled, MilestoneReached)}


async def main(kafka: str = "127.0.0.1:9092") -> None:
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    async for record in consumer:
        kind = MILESTONES.get(header(record.headers, "ce_type") or "")
        if kind and header(record.headers, "ce_source") == CITY:
            event = kind.model_validate_json(record.value or b"")
            print(event.title, event.due and event.due.hi, event.page, flush=True)


asyncio.run(main(*sys.argv[1:]))
