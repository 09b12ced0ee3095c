"""What is said between services: envelope, topics, events, schemas and examples."""
