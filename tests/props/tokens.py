"""A sign-in for tests: its own keys, and tokens of every kind, good and bad."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm

ISSUER, AUDIENCE = "tests", "machi"


class Issuer:
    """Whoever gives out tokens; its public keys lie in a file."""

    def __init__(self, folder: Path) -> None:
        self._key = generate_private_key(public_exponent=65537, key_size=2048)
        jwk = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        self.keys = folder / "jwks.json"
        self.keys.write_text(json.dumps({"keys": [{**jwk, "kid": "1", "alg": "RS256"}]}))

    def token(self, *roles: str, **claims: Any) -> str:
        """A token for a clerk with these roles; claims of one's own replace the good ones."""
        soon = datetime.now(UTC) + timedelta(hours=1)
        good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "clerk-1", "exp": soon, "roles": list(roles)}
        return jwt.encode(good | claims, self._key, "RS256", {"kid": "1"})

    def expired(self, *roles: str) -> str:
        """A token that was good yesterday."""
        return self.token(*roles, exp=datetime.now(UTC) - timedelta(days=1))


def unsigned(*roles: str) -> str:
    """A token with `alg: none`, as an attacker writes it."""
    soon = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "x", "exp": soon, "roles": list(roles)}
    parts = (json.dumps(part).encode() for part in ({"alg": "none", "kid": "1"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
