"""The listener of aiokafka, where FastStream looks for it."""

from aiokafka import ConsumerRebalanceListener as ConsumerRebalanceListener
