"""What lies on the log, for tests."""

import json
from collections import defaultdict

from bus.reading import Record, read_log


async def whole_log(kafka: str, topic: str = "machi.notify.v1") -> list[Record]:
    """Every record of a topic, each partition in its order."""
    return [record async for records in read_log(kafka, topic) for record in records]


def texts_by_subject(log: list[Record]) -> dict[str, list[str]]:
    """What the notices say, those of each subject in their order, the first copy of each."""
    found: dict[str, list[str]] = defaultdict(list)
    for record in log:
        said = json.loads(record.value or b"")
        if said["text"] not in found[said["notice_id"]]:
            found[said["notice_id"]].append(said["text"])
    return dict(found)
