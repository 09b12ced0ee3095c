"""The values of aiokafka that are named here."""

from aiokafka import (
    ConsumerRecord as ConsumerRecord,
    RecordMetadata as RecordMetadata,
    TopicPartition as TopicPartition,
)
