"""The headers of a page: what a browser may load, and what may be kept."""

from collections.abc import Mapping
from typing import Final

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

PUBLIC_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""For every page that a resident sees."""

EMBED_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors *",
    )
)

EMBED_HEADERS: Final[Mapping[str, str]] = {
    **PUBLIC_HEADERS,
    "Content-Security-Policy": EMBED_POLICY,
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""For a page that others may frame, and a picture that others may show: no script, no form."""

STAFF_HEADERS: Final[Mapping[str, str]] = {**PUBLIC_HEADERS, "Cache-Control": "no-store"}
"""For every page that needs a sign-in: it is kept nowhere."""
