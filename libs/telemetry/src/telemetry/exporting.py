"""Exporting: traces, numbers and JSON logs for OpenTelemetry; loaded only when it is asked for."""

import logging
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.asgi import (  # pyright: ignore[reportMissingTypeStubs] has none
    OpenTelemetryMiddleware,
)
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pythonjsonlogger.json import JsonFormatter
from starlette.types import ASGIApp, Receive, Scope, Send

from telemetry import telling

FIELDS = ("asctime", "levelname", "name", "message", "trace_id", "span_id")
HEADERS = (b"host", b"traceparent", b"tracestate")
WHOLE = "machi.whole"


def begin(service: str) -> None:
    """From now on traces and numbers are exported, and each log line is JSON with its trace."""
    resource = Resource.create({"service.name": service})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    reader = PeriodicExportingMetricReader(OTLPMetricExporter())
    metrics.set_meter_provider(MeterProvider([reader], resource))
    for handler in logging.getLogger().handlers:
        handler.addFilter(_with_its_trace)
        handler.setFormatter(JsonFormatter(FIELDS))


def _with_its_trace(record: logging.LogRecord) -> bool:
    """Where in which trace the line was written; zeros when in none."""
    context = trace.get_current_span().get_span_context()
    record.trace_id = trace.format_trace_id(context.trace_id)
    record.span_id = trace.format_span_id(context.span_id)
    return True


def gauges(numbers: Mapping[str, float], names: Iterable[str]) -> None:
    """Each of these numbers, as it is at the moment, is a metric `machi.<name>`."""

    def observed(name: str, _: CallbackOptions) -> Iterable[Observation]:
        return [Observation(numbers[name])] if name in numbers else []

    for name in names:
        metrics.get_meter("machi").create_observable_gauge(
            f"machi.{name}", [partial(observed, name)]
        )


def traced(app: ASGIApp) -> ASGIApp:
    """Each request is a step of its trace. What was asked, by whom and with what, nobody is told."""

    async def whole(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope[WHOLE], receive, send)

    silent: Any = {"exclude_spans": ["receive", "send"]}
    tracing = OpenTelemetryMiddleware(whole, **silent)

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        kept = [pair for pair in scope.get("headers", ()) if pair[0] in HEADERS]
        less: Scope = {"query_string": b"", "client": None, "headers": kept, WHOLE: scope}
        less["path"] = telling.path(scope.get("path", ""))
        await tracing({**scope, **less}, receive, send)

    return told
