"""The keys of notify: what is sealed, what is looked up blindly, and what is signed with them."""

import hmac
import json
import struct
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contracts.values import Refusal

SIZE, NONCE, MAC = 32, 12, 16  # bytes
NAMES = ("seal", "blind", "sign")
FIRST = b"\x01"
"""Which key a thing was made with; there is one of each so far."""
UNSUBSCRIBE, PREFERENCES = struct.Struct(">q16s"), struct.Struct(">qlq")


class NoSuchLink(Refusal):
    """No link of ours leads here: it was never given out, is cut off, or has had its time."""


class Unsealable(Refusal):
    """What lies here was not sealed with our key, or belongs to another row."""


class BadKeys(Refusal):
    """A file of keys holds `seal`, `blind` and `sign`, each 32 bytes in base64."""


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """A link that ends the subscriptions through which one notice came; it never expires."""

    endpoint_id: int
    notice_id: UUID


@dataclass(frozen=True, slots=True)
class Preferences:
    """A link to what somebody subscribes to; a later generation ends it."""

    endpoint_id: int
    generation: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Three keys, each for one thing."""

    seal: bytes = field(repr=False)
    blind: bytes = field(repr=False)
    sign: bytes = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """From the text of their file; BadKeys when it is none."""
        try:
            named: Mapping[str, str] = json.loads(text)
            found = {name: b64decode(named[name], validate=True) for name in NAMES}
        except (ValueError, KeyError, TypeError):
            raise BadKeys from None
        if any(len(key) != SIZE for key in found.values()):
            raise BadKeys
        return cls(**found)

    def sealed(self, text: str, belongs: bytes, nonce: bytes) -> bytes:
        """The text, readable with the key alone and only where it belongs; a nonce is used once."""
        return FIRST + nonce + AESGCM(self.seal).encrypt(nonce, text.encode(), belongs)

    def opened(self, sealed: bytes, belongs: bytes) -> str:
        """What was sealed; Unsealable when it was changed or belongs elsewhere."""
        nonce, rest = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        try:
            return AESGCM(self.seal).decrypt(nonce, rest, belongs).decode()
        except (InvalidTag, ValueError):
            raise Unsealable from None

    def blinded(self, address: str) -> bytes:
        """By which an address is found although it is not kept: the same for each spelling of it."""
        return hmac.digest(self.blind, address.lower().encode(), "sha256")

    def unsubscribe(self, link: Unsubscribe) -> str:
        """The token of a link that ends subscriptions."""
        return self._token(b"u", UNSUBSCRIBE.pack(link.endpoint_id, link.notice_id.bytes))

    def preferences(self, link: Preferences) -> str:
        """The token of a link to preferences."""
        until = int(link.expires_at.timestamp())
        return self._token(b"p", PREFERENCES.pack(link.endpoint_id, link.generation, until))

    def read_unsubscribe(self, token: str) -> Unsubscribe:
        """What a token says; NoSuchLink when we did not sign it."""
        endpoint_id, notice = UNSUBSCRIBE.unpack(self._signed(b"u", token, UNSUBSCRIBE))
        return Unsubscribe(endpoint_id, UUID(bytes=notice))

    def read_preferences(self, token: str, now: datetime) -> Preferences:
        """What a token says; NoSuchLink when we did not sign it, or when its time is over."""
        endpoint_id, generation, until = PREFERENCES.unpack(self._signed(b"p", token, PREFERENCES))
        link = Preferences(endpoint_id, generation, datetime.fromtimestamp(until, UTC))
        if link.expires_at <= now:
            raise NoSuchLink
        return link

    def _token(self, kind: bytes, said: bytes) -> str:
        return as_text(kind + FIRST + said + self._mac(kind + FIRST + said))

    def _mac(self, said: bytes) -> bytes:
        return hmac.digest(self.sign, said, "sha256")[:MAC]

    def _signed(self, kind: bytes, token: str, form: struct.Struct) -> bytes:
        raw = as_bytes(token)
        said, mac = raw[:-MAC], raw[-MAC:]
        ours = hmac.compare_digest(mac, self._mac(said))  # as long for each wrong one
        if not ours or said[:2] != kind + FIRST or len(said) != 2 + form.size:
            raise NoSuchLink
        return said[2:]


def key_file(random: bytes) -> str:
    """The text of a file of fresh keys, made of so many random bytes."""
    keys = {name: random[i * SIZE : (i + 1) * SIZE] for i, name in enumerate(NAMES)}
    return (
        json.dumps({name: b64encode(key).decode() for name, key in keys.items()}, indent=2) + "\n"
    )


def as_text(raw: bytes) -> str:
    """Bytes as they stand in a link."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def as_bytes(token: str) -> bytes:
    """The bytes in a link, of which there is one spelling; else NoSuchLink."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except ValueError:
        raise NoSuchLink from None
    if as_text(raw) != token:
        raise NoSuchLink
    return raw


def fingerprint(token: str) -> bytes:
    """What is kept of a token that works once: SHA-256 of its bytes."""
    return sha256(as_bytes(token)).digest()
