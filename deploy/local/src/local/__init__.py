"""The embedded default: Postgres, Kafka, Caddy and the services on one machine, without Docker."""
