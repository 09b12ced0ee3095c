"""For the tests of services: a `say` that collects what was said."""

from uuid import UUID

from chassis.saying import Spoken
from contracts.envelope import Event, partition_key
from contracts.topics import topic_of


class Said(list[Event]):
    """A list of what was said, in order; call it like `say`."""

    async def __call__(self, *events: Event) -> list[Spoken]:
        """Collect them; the sequence is the number of events about the subject so far."""
        self.extend(events)
        return [self._spoken(event) for event in events]

    def _spoken(self, event: Event) -> Spoken:
        number = sum(said.subject == event.subject for said in self)
        key = partition_key("042111", event.subject)
        return Spoken(UUID(int=number), topic_of(type(event)), key, number)

    @property
    def titles(self) -> list[str]:
        """The titles of what was said."""
        return [event.title for event in self]
