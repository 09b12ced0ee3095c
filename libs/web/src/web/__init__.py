"""HTTP as every service does it: sign-in, problems, limits, ETags and cursors."""

from web.app import House, application

__all__ = ["House", "application"]
