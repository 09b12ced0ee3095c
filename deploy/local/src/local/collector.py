"""A collector as OpenTelemetry has them, on loopback: it takes what is exported, and keeps it."""

from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from local.settings import LOOPBACK


class Collector(ThreadingHTTPServer):
    """It listens on a port of its own."""

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Taking)
        self.taken: list[tuple[str, bytes]] = []

    @property
    def url(self) -> str:
        """What OTEL_EXPORTER_OTLP_ENDPOINT takes."""
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def steps(self) -> list[tuple[str, Span]]:
        """Every step of every trace, with the service that took it."""
        told = [ExportTraceServiceRequest.FromString(each) for each in self.bodies("/v1/traces")]
        return [
            (service_of(resource.resource), span)
            for each in told
            for resource in each.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    @contextmanager
    def serving(self) -> Generator[None]:
        """It takes what is sent, meanwhile."""
        Thread(target=self.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            self.shutdown()

    def bodies(self, path: str) -> list[bytes]:
        """What was sent to this path."""
        return [body for asked, body in self.taken if asked == path]


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector)  # noqa: S101 - nobody else has this handler
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.taken.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""


def service_of(resource: Resource) -> str:
    """Who sent it."""
    named = {each.key: each.value.string_value for each in resource.attributes}
    return named["service.name"]
