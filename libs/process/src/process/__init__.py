"""One process of a service: its settings, its database, its roles, its health, and its commands."""
