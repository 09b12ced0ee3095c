"""The local key pair that signs tokens in place of a city's identity provider."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import jwt
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm

ISSUER = "machi-local"
AUDIENCE = "machi"
KEY_ID = "machi-local"
ALGORITHM = "EdDSA"


def public_keys(home: Path) -> Path:
    """The file with the public key (JWKS), made with its private key at the first time."""
    path = home / "keys" / "jwks.json"
    key = _private(home)
    if not path.exists():
        jwk = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
        jwk.update(kid=KEY_ID, use="sig", alg=ALGORITHM)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({"keys": [jwk]}, indent=2) + "\n")
        fresh.replace(path)
    return path


def token(home: Path, *, subject: str, roles: list[str], now: datetime, lasts: timedelta) -> str:
    """A signed token with which this person may do what these roles may."""
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "roles": roles,
        "iat": now,
        "exp": now + lasts,
    }
    return jwt.encode(claims, _private(home), algorithm=ALGORITHM, headers={"kid": KEY_ID})


def ticket_key(home: Path) -> Path:
    """The file with the key that seals tickets and opens them, made at the first time."""
    path = home / "keys" / "tickets.key"
    if not path.exists():
        _make(path, Fernet.generate_key())
    return path


def ticket(home: Path, token: str, *, now: datetime) -> str:
    """A token, sealed, so that it may stand in an address: the services open it for ten minutes."""
    sealed = Fernet(ticket_key(home).read_bytes())
    return sealed.encrypt_at_time(token.encode(), int(now.timestamp())).decode()


def _private(home: Path) -> Ed25519PrivateKey:
    path = home / "keys" / "private.pem"
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        _make(path, pem)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(path)
    return key


def _make(path: Path, secret: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(secret)
    # Whoever was first wins, so that two starts at once sign with one key.
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
