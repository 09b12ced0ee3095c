"""The spine beside its peers, in one run on the same Postgres and Kafka. Not shipped."""
