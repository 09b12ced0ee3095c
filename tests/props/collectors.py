"""The collector of the local system, with more for a test to read."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from local.collector import Collector as Taking, service_of


class Collector(Taking):
    """It listens on a port of its own."""

    @property
    def spans(self) -> list[Span]:
        """Every step of every trace."""
        return [span for _, span in self.steps()]

    @property
    def metrics(self) -> set[tuple[str, str]]:
        """Who told which number."""
        told = [ExportMetricsServiceRequest.FromString(each) for each in self.bodies("/v1/metrics")]
        resources = [resource for each in told for resource in each.resource_metrics]
        return {
            (service_of(resource.resource), metric.name)
            for resource in resources
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }

    def holds(self, words: str) -> bool:
        """These words were told to it, wherever."""
        return any(words.encode() in body for _, body in self.taken)


@contextmanager
def collecting() -> Generator[Collector]:
    """One that runs."""
    with Collector() as server, server.serving():
        yield server


@pytest.fixture
def collector() -> Iterator[Collector]:
    """One for each test."""
    with collecting() as collector:
        yield collector
