"""Tracing: from a request to its effect in a neighbour's table is one trace. Silent unless it is asked for."""

import json
import os
from collections.abc import Generator, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import asyncpg
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

ON = bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))
W3C = TraceContextTextMapPropagator()
TRACER = trace.get_tracer("machi")


def traceparent() -> str | None:
    """Where we are in the trace, as W3C writes it; it travels with what is said."""
    carrier: dict[str, str] = {}
    if ON:
        W3C.inject(carrier)
    return carrier.get("traceparent")


def span(
    name: str, parent: str | None, links: Iterable[str] = ()
) -> AbstractContextManager[object]:
    """A step of the trace that `parent` names; links name the traces that meet in it."""
    if not ON:
        return nullcontext()
    others = [trace.get_current_span(_context(link)).get_span_context() for link in links]
    met = [trace.Link(each) for each in others if each.is_valid]
    return _step(name, _context(parent), met)


@contextmanager
def _step(name: str, parent: Context, links: Sequence[trace.Link]) -> Generator[None]:
    """When it fails only the kind is told: the message may hold what somebody wrote."""
    silent: Any = {"record_exception": False, "set_status_on_exception": False}
    kind = trace.SpanKind.CONSUMER
    with TRACER.start_as_current_span(name, parent, kind, links=links, **silent) as step:
        try:
            yield
        except Exception as failed:
            step.set_status(trace.StatusCode.ERROR, type(failed).__qualname__)
            raise


def sent(rows: Sequence[asyncpg.Record]) -> None:
    """A step for each that is on the log now, from the moment when it was said."""
    for row in rows if ON else ():
        parent = _context(json.loads(row["headers"]).get("traceparent"))
        began = int(row["said_at"].timestamp() * 1e9)
        step = f"send {row['topic']}"
        TRACER.start_span(step, parent, kind=trace.SpanKind.PRODUCER, start_time=began).end()


def _context(parent: str | None) -> Context:
    return W3C.extract({"traceparent": parent} if parent else {}, Context())
