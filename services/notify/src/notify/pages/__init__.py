"""Notify for people: its notices, and how to subscribe to them."""

from notify.pages import notices, subscriptions
from notify.pages.notices import error_page

routers = (notices.router, subscriptions.router)

__all__ = ["error_page", "routers"]
