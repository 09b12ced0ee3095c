"""The same with nothing of ours: a Kafka client, JSON, and the rules of docs/subscribers.md."""

import asyncio
import json
import sys

from aiokafka import AIOKafkaConsumer

TOPIC, CITY = "machi.roadmap.v1", "/machi/042111/roadmap"


async def main(kafka: str = "127.0.0.1:9092") -> None:
    heard: dict[bytes | None, int] = {}  # whoever does more than print keeps it in a database
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    async for record in consumer:
        ce = {name: (text or b"").decode("utf-8", "replace") for name, text in record.headers}
        number, kind = int(ce.get("ce_sequence", 0)), ce.get("ce_type", "")
        if ce.get("ce_source") == CITY and number > heard.get(record.key, 0):
            heard[record.key], event = number, json.loads(record.value or b"")
            if kind.startswith("machi.roadmap.milestone."):
                due = event["due"] and event["due"]["hi"]
                print(event["title"], due, event["page"], flush=True)


asyncio.run(main(*sys.argv[1:]))
