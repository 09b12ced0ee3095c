"""What these tests share: a database of their own with a desk on it."""

from desks import database, desk, pool

__all__ = ["database", "desk", "pool"]
