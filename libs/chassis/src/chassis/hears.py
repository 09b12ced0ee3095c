"""What a service does with what it hears: the lines of its table HEARS."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from contracts.envelope import Event

E = TypeVar("E", bound=Event)
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Line(Generic[S]):
    """One line of HEARS: an event, and what is done when it is heard."""

    event: type[Event]
    handler: Callable[..., Awaitable[None]]
    rebuilds: bool  # a view: it depends on the log alone and can be made again from it
    dated: bool = False  # a view that keeps when it happened


def view(event: type[E], handler: Callable[[E, S], Awaitable[None]]) -> Line[S]:
    """Keep what is shown of it: the handler takes `(event, store)`, neither clock nor `say`.

    Its writes are gathered: what `execute` returns is not the answer of the database.
    """
    return Line(event, handler, rebuilds=True)


def dated_view(event: type[E], handler: Callable[..., Awaitable[None]]) -> Line[Any]:
    """A view that keeps when it happened, too: the handler takes `(event, store, *, at)`."""
    return Line(event, handler, rebuilds=True, dated=True)


def react(event: type[E], handler: Callable[..., Awaitable[None]]) -> Line[Any]:
    """Do something because of it, once; the handler takes `(event, store, *, say, now)`."""
    return Line(event, handler, rebuilds=False)
