"""The look that all pages share: base page, tokens, form parts, dates in Japanese."""

from pages.assets import assets
from pages.errors import ErrorPage
from pages.headers import EMBED_HEADERS, PUBLIC_HEADERS, STAFF_HEADERS
from pages.signins import SignInPage
from pages.sites import Contact, Link, Site
from pages.templating import environment

__all__ = [
    "EMBED_HEADERS",
    "PUBLIC_HEADERS",
    "STAFF_HEADERS",
    "Contact",
    "ErrorPage",
    "Link",
    "SignInPage",
    "Site",
    "assets",
    "environment",
]
