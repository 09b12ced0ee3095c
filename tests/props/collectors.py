"""A collector as OpenTelemetry has them: it takes what is exported, and keeps it for a test to read."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector(ThreadingHTTPServer):
    """It listens on a port of its own."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.taken: list[tuple[str, bytes]] = []

    @property
    def url(self) -> str:
        """What OTEL_EXPORTER_OTLP_ENDPOINT takes."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def spans(self) -> list[Span]:
        """Every step of every trace."""
        told = [ExportTraceServiceRequest.FromString(each) for each in self._at("/v1/traces")]
        resources = [resource for each in told for resource in each.resource_spans]
        scopes = [scope for resource in resources for scope in resource.scope_spans]
        return [span for scope in scopes for span in scope.spans]

    @property
    def metrics(self) -> set[tuple[str, str]]:
        """Who told which number."""
        told = [ExportMetricsServiceRequest.FromString(each) for each in self._at("/v1/metrics")]
        resources = [resource for each in told for resource in each.resource_metrics]
        return {
            (_service(resource.resource), metric.name)
            for resource in resources
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }

    def holds(self, words: str) -> bool:
        """These words were told to it, wherever."""
        return any(words.encode() in body for _, body in self.taken)

    def _at(self, path: str) -> list[bytes]:
        return [body for asked, body in self.taken if asked == path]


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector)
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.taken.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name is http.server's
        """Say nothing."""


def _service(resource: Resource) -> str:
    named = {each.key: each.value.string_value for each in resource.attributes}
    return named["service.name"]


@contextmanager
def collecting() -> Generator[Collector]:
    """One that runs."""
    with Collector() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def collector() -> Iterator[Collector]:
    """One for each test."""
    with collecting() as collector:
        yield collector
