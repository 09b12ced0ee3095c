"""The bus, Apache Kafka, as we use it: a topic written in order, and read from here to there."""
