"""The topics of the bus: one per service, named for ever."""

from contracts.envelope import Event, service_of

PARTITIONS = 6
"""Never changed: another number would send a subject's events to another partition."""


def topic_of(event: type[Event]) -> str:
    """The topic on which events of this class are said."""
    return topic(service_of(event.ce_type))


def topic(service: str) -> str:
    """The one topic of a service, as in `machi.roadmap.v1`."""
    return f"machi.{service}.v1"
