"""The values of aiokafka that are named here."""

from typing import Any

from aiokafka import ConsumerRecord as ConsumerRecord
from aiokafka import RecordMetadata as RecordMetadata
from aiokafka import TopicPartition as TopicPartition

def __getattr__(name: str) -> Any: ...
