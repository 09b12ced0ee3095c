"""Tokens are signed by a key that is made once."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from local import keys

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
