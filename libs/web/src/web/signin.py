"""Who may write: tokens (JWT) checked against the public keys of the city's sign-in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, cast

import jwt
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jwt.types import Options

from web.problems import Refused

Role: TypeAlias = Literal["editor", "approver", "operator"]

# Never none and never HS*: with those, whoever knows the public key could sign.
ALGORITHMS = ("RS256", "ES256", "EdDSA")
MUST: Options = {"require": ["exp", "iss", "aud", "sub"]}
COOKIE = "machi_staff"  # in which a browser keeps the token; renamed, it signs everybody out
UNREACHABLE = "The keys of the sign-in cannot be read at present; try again in a minute."
CHALLENGES = {"token-missing": "Bearer", "role-missing": 'Bearer error="insufficient_scope"'}
BEARER = HTTPBearer(auto_error=False, bearerFormat="JWT", scheme_name="token")


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever has signed in: an id of the city's sign-in, and what they may do."""

    subject: str
    roles: frozenset[str]


class SignIn:
    """Checks tokens: signature, issuer, audience and age."""

    def __init__(self, issuer: str, audience: str, keys: str | None = None) -> None:
        """`keys` is the path or address of a JWKS; None: where the issuer says that it is."""
        self.issuer, self.audience, self.keys = issuer, audience, keys
        self._client: jwt.PyJWKClient | None = None

    async def person(self, token: str) -> Person:
        """The person of a token; refuses with 401 and the reason."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise _refused(401, "token-not-valid", "alg is none of " + ", ".join(ALGORITHMS))
            key = await asyncio.to_thread(self._key, header.get("kid") or "")
            # Ten seconds of leeway: two clocks are never the same.
            claims = jwt.decode(
                token, key, ALGORITHMS, MUST, audience=self.audience, issuer=self.issuer, leeway=10
            )
        except jwt.ExpiredSignatureError:
            raise _refused(401, "token-expired", "sign in again") from None
        except (OSError, ValueError, jwt.PyJWKSetError, jwt.PyJWKClientConnectionError):
            raise Refused(503, "sign-in-unreachable", UNREACHABLE) from None
        except (KeyError, jwt.PyJWTError) as error:
            raise _refused(401, "token-not-valid", str(error)) from None
        roles: object = claims.get("roles")
        known = cast("list[object]", roles) if isinstance(roles, list) else []
        if not str(claims["sub"]).isprintable():  # no database keeps a NUL
            raise _refused(401, "token-not-valid", "sub is no name")
        return Person(claims["sub"], frozenset(map(str, known)))

    def _key(self, key_id: str) -> jwt.PyJWK:
        """The public key of this id; a file is read each time, an address is asked when it must."""
        if self.keys and "://" not in self.keys:
            return jwt.PyJWKSet.from_json(Path(self.keys).read_text())[key_id]
        if self._client is None:
            # Keys live ten minutes; an unknown one is looked for once a minute at most.
            self._client = jwt.PyJWKClient(
                self.keys or self._discovered(), lifespan=600, cooldown_duration=60, timeout=5
            )
        return self._client.get_signing_key(key_id)

    def _discovered(self) -> str:
        """Where the issuer says that its keys are (OpenID Connect Discovery)."""
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        described: dict[str, str] = jwt.PyJWKClient(address, cache_jwk_set=False).fetch_data()
        if "jwks_uri" not in described:
            raise jwt.PyJWKSetError(address)
        return described["jwks_uri"]


def signed_in_as(*roles: Role) -> Callable[..., Awaitable[Person]]:
    """A dependency that gives whoever has signed in with one of these roles."""

    async def signed_in(
        request: Request, token: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
    ) -> Person:
        signin = signin_of(request)
        person = await signin.person(token.credentials if token else _kept(request))
        if person.roles.isdisjoint(roles):
            raise _refused(403, "role-missing", f"this takes {' or '.join(roles)}")
        return person

    return signed_in


def signin_of(request: Request) -> SignIn:
    """Who checks the tokens here; refuses when nobody does."""
    signin: SignIn | None = request.app.state.signin
    if signin is None:
        raise Refused(503, "no-sign-in", "No sign-in is set up here, so nobody can write.")
    return signin


def _kept(request: Request) -> str:
    """The token that a browser keeps. It sends it by itself, so a write must come from our page."""
    if COOKIE not in request.cookies:
        raise _refused(401, "token-missing", "send Authorization: Bearer <token>")
    if request.method not in ("GET", "HEAD"):
        check_origin(request)
    return request.cookies[COOKIE]


def check_origin(request: Request) -> None:
    """Refuse what the page of another site, or of none, makes a browser send."""
    host = request.headers.get("Host")  # a gateway that ends TLS leaves it, and not the scheme
    if request.headers.get("Origin") not in (f"http://{host}", f"https://{host}"):
        raise Refused(403, "origin-not-ours", "Only a page of this site may send this.")


def _refused(status: int, code: str, why: str) -> Refused:
    sentence = f"{code.replace('-', ' ').capitalize()}: {why}."
    challenge = CHALLENGES.get(code, 'Bearer error="invalid_token"')
    return Refused(status, code, sentence, headers={"WWW-Authenticate": challenge})
