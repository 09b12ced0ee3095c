"""Traces, numbers and log lines for OpenTelemetry; silent unless OTEL_EXPORTER_OTLP_ENDPOINT is set."""
