"""What these tests share: a database of their own, and a collector."""

from collectors import collector
from desks import database

__all__ = ["collector", "database"]
