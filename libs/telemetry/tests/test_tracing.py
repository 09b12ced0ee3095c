import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from databases import Database
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

pytestmark = pytest.mark.real

SCRIPT = Path(__file__).parents[3] / "tests" / "props" / "traced.py"


class Collector(ThreadingHTTPServer):
    """Takes what is exported, as a collector of OpenTelemetry does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.spans: list[Span] = []
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        assert isinstance(self.server, Collector)
        self.server.asked.append(self.path)
        if self.path == "/v1/traces":
            told = ExportTraceServiceRequest.FromString(body)
            scopes = [scope for each in told.resource_spans for scope in each.scope_spans]
            self.server.spans += [span for scope in scopes for span in scope.spans]
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name is http.server's
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def run(database: Database, kafka: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "OTEL_BSP_SCHEDULE_DELAY": "100", **more}
    command = [sys.executable, str(SCRIPT), database.url, kafka]
    done = subprocess.run(  # noqa: S603 our own script
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def test_request_event_and_effect_are_one_trace(
    database: Database, kafka: str, fresh_topics: None, collector: Collector
):
    done = run(database, kafka, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)

    names = {span.name: span for span in collector.spans}
    kept = ["send machi.notify.v1", "hear machi.notify.notice.issued.v1"]
    (request,) = [span for name, span in names.items() if name.startswith("GET")]
    assert {names[name].trace_id for name in kept} == {request.trace_id}
    assert [link.trace_id for link in names["hear"].links] == [request.trace_id]
    assert "secret" not in str(collector.spans)
    assert "jishin" not in str(collector.spans)
    (line,) = [json.loads(each) for each in done.stderr.splitlines() if '"said"' in each]
    assert line["trace_id"] == request.trace_id.hex()


def test_without_being_asked_nothing_is_exported(
    database: Database, kafka: str, fresh_topics: None, collector: Collector
):
    done = run(database, kafka)

    assert collector.asked == []
    assert "WARNING:traced:said" in done.stderr
