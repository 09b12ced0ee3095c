import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from collectors import Collector
from databases import Database

pytestmark = pytest.mark.real

SCRIPT = Path(__file__).parents[3] / "tests" / "props" / "traced.py"


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
    assert {link.trace_id for link in names["hear"].links} == {request.trace_id}
    assert not collector.holds("secret")
    assert not collector.holds("jishin")
    assert {"", "ValueError"} == {span.status.message for span in collector.spans}
    (line,) = [json.loads(each) for each in done.stderr.splitlines() if '"said"' in each]
    assert line["trace_id"] == request.trace_id.hex()


def test_without_being_asked_nothing_is_exported(
    database: Database, kafka: str, fresh_topics: None, collector: Collector
):
    done = run(database, kafka, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{collector.url}/v1/traces")

    assert collector.taken == []
    assert "WARNING:traced:said" in done.stderr
