"""Tokens are signed by a key that is made once."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.fernet import Fernet

from local import keys, roster
from local.settings import Settings

NOW = datetime.now(UTC)


def verified(home: Path, token: str) -> dict[str, object]:
    """What a service reads from the token with the public keys alone."""
    (jwk,) = json.loads(keys.public_keys(home).read_text())["keys"]
    assert jwt.get_unverified_header(token)["kid"] == jwk["kid"]
    return jwt.decode(
        token, jwt.PyJWK(jwk), algorithms=[jwk["alg"]], audience="machi", issuer="machi-local"
    )


def test_a_token_is_verified_with_the_public_keys(tmp_path: Path):
    token = keys.token(
        tmp_path, subject="clerk", roles=["editor"], now=NOW, lasts=timedelta(hours=8)
    )

    claims = verified(tmp_path, token)

    assert (claims["sub"], claims["roles"]) == ("clerk", ["editor"])


def test_a_token_ends(tmp_path: Path):
    token = keys.token(
        tmp_path, subject="clerk", roles=["editor"], now=NOW - timedelta(hours=9),
        lasts=timedelta(hours=8),
    )  # fmt: skip

    with pytest.raises(jwt.ExpiredSignatureError):
        verified(tmp_path, token)


def test_the_private_key_is_made_once_and_readable_by_us_alone(tmp_path: Path):
    first = keys.public_keys(tmp_path).read_text()
    private = tmp_path / "keys" / "private.pem"

    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert keys.public_keys(tmp_path).read_text() == first
    assert '"d"' not in first


def test_a_ticket_is_a_sealed_token_that_says_when_it_was_sealed(tmp_path: Path):
    ticket = keys.ticket(tmp_path, "a.b.c", now=NOW)

    seal = Fernet(keys.ticket_key(tmp_path).read_bytes())
    assert seal.decrypt(ticket) == b"a.b.c"
    assert seal.extract_timestamp(ticket) == int(NOW.timestamp())
    assert "a.b.c" not in ticket


def test_the_key_of_tickets_is_made_once_and_readable_by_us_alone(tmp_path: Path):
    first = keys.ticket_key(tmp_path).read_bytes()

    assert keys.ticket_key(tmp_path).read_bytes() == first
    assert stat.S_IMODE(keys.ticket_key(tmp_path).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("to", "door"),
    [
        ("/plan/staff", "/plan/staff/sign-in"),
        ("/data", "/data/staff/sign-in"),
        ("/notices/staff?x=1", "/notices/staff/sign-in"),
        ("/planet", "/plan/staff/sign-in"),
        ("/", "/plan/staff/sign-in"),
    ],
)
def test_a_ticket_is_taken_by_the_service_whose_page_is_wanted(tmp_path: Path, to: str, door: str):
    settings = Settings.read({"MACHI_HOME": str(tmp_path)})

    address = urlsplit(roster.sign_in(settings.gateway, "sealed", to))

    assert (address.netloc, address.path) == ("127.0.0.1:8080", door)
    assert parse_qs(address.query) == {"to": [to], "ticket": ["sealed"]}
