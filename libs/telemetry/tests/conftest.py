"""What these tests share: a database of their own."""

from desks import database

__all__ = ["database"]
