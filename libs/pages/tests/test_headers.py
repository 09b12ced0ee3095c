"""The headers say exactly what the design says."""

from pages import EMBED_HEADERS, PUBLIC_HEADERS, STAFF_HEADERS


def test_a_public_page_carries_exactly_these_headers():
    assert PUBLIC_HEADERS == {
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }


def test_a_staff_page_is_kept_nowhere():
    assert STAFF_HEADERS == {**PUBLIC_HEADERS, "Cache-Control": "no-store"}


def test_an_embed_may_be_framed_by_anybody_and_runs_nothing():
    assert EMBED_HEADERS == {
        **PUBLIC_HEADERS,
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors *",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
