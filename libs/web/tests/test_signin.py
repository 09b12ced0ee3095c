"""Who may write, and what each other token is told."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from httpx2 import Response
from jwt.algorithms import ECAlgorithm, OKPAlgorithm
from starlette.testclient import TestClient

from web.problems import Refused
from web.signin import COOKIE, Person, SignIn

DESCRIPTION = "/.well-known/openid-configuration"
STATE = "/api/roadmap/assertions"
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
TOMORROW = YESTERDAY + timedelta(days=2)
Token = Callable[..., str]


def _post(client: TestClient, token: str | None) -> Response:
    headers = {"If-Match": '"3"', **({"Authorization": f"Bearer {token}"} if token else {})}
    body = {"milestone_id": "ms-std20", "due": {"edtf": "2027-12"}}
    return client.post(STATE, json=body, headers=headers)


def _unsigned(token: str, header: dict[str, str]) -> bytes:
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=")
    return encoded + b"." + token.split(".")[1].encode()


def test_an_editor_may_write(client: TestClient, token: Token):
    answer = _post(client, token())

    assert answer.json() == {"milestone_id": "ms-std20", "by": "sato"}


def test_without_a_token_it_says_how_to_send_one(client: TestClient):
    answer = _post(client, None)

    assert (answer.status_code, answer.json()["code"]) == (401, "token-missing")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_expired_token_is_told_so(client: TestClient, token: Token):
    answer = _post(client, token(exp=YESTERDAY))

    assert (answer.status_code, answer.json()["code"]) == (401, "token-expired")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"iss": "https://elsewhere.example.jp"},
        {"exp": None},
        {"sub": None},
        {"aud": None},
        {"iss": None},
        {"nbf": datetime.now(UTC) + timedelta(hours=1)},
    ],
    ids=str,
)
def test_claims_that_are_not_for_us_are_refused(
    client: TestClient, token: Token, claims: dict[str, object]
):
    answer = _post(client, token(**claims))

    assert (answer.status_code, answer.json()["code"]) == (401, "token-not-valid")


def test_alg_none_is_refused(client: TestClient, token: Token):
    unsigned = _unsigned(token(), {"alg": "none", "typ": "JWT", "kid": "2026"}) + b"."

    answer = _post(client, unsigned.decode())

    assert (answer.status_code, answer.json()["code"]) == (401, "token-not-valid")
    assert "alg" in answer.json()["detail"]


def test_a_signature_made_with_the_public_key_is_refused(
    client: TestClient, token: Token, key: RSAPrivateKey
):
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = _unsigned(token(), {"alg": "HS256", "typ": "JWT", "kid": "2026"})
    signature = base64.urlsafe_b64encode(hmac.digest(public, unsigned, hashlib.sha256))

    answer = _post(client, (unsigned + b"." + signature.rstrip(b"=")).decode())

    assert (answer.status_code, answer.json()["code"]) == (401, "token-not-valid")


@pytest.mark.parametrize("token", ["mumble", "a.b.c", ".."])
def test_what_is_no_token_is_refused(client: TestClient, token: str):
    answer = _post(client, token)

    assert (answer.status_code, answer.json()["code"]) == (401, "token-not-valid")


def test_a_changed_token_is_refused(client: TestClient, token: Token):
    header, _, signature = token().split(".")
    claims = token(roles=["editor", "approver"]).split(".")[1]

    answer = _post(client, f"{header}.{claims}.{signature}")

    assert (answer.status_code, answer.json()["code"]) == (401, "token-not-valid")


def test_an_unknown_key_is_refused(client: TestClient, token: Token, jwks: Path):
    jwks.write_text(jwks.read_text().replace("2026", "2027"))

    answer = _post(client, token())

    assert (answer.status_code, answer.json()["code"]) == (401, "token-not-valid")
    assert "2026" in answer.json()["detail"]


@pytest.mark.parametrize("roles", [[], ["approver"], "editor", None, [["editor"]], {"editor": 1}])
def test_without_the_role_nobody_writes(client: TestClient, token: Token, roles: object):
    answer = _post(client, token(roles=roles))

    assert (answer.status_code, answer.json()["code"]) == (403, "role-missing")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope"'


@pytest.mark.parametrize("text", ["", "{", '{"keys": []}'])
def test_keys_that_cannot_be_read_are_no_fault_of_the_token(
    client: TestClient, token: Token, jwks: Path, *, text: str
):
    jwks.write_text(text)

    answer = _post(client, token())

    assert (answer.status_code, answer.json()["code"]) == (503, "sign-in-unreachable")


@pytest.mark.parametrize(
    "private",
    [generate_private_key(SECP256R1()), Ed25519PrivateKey.generate()],
    ids=["ES256", "EdDSA"],
)
def test_other_kinds_of_keys_are_believed_too(
    client: TestClient, jwks: Path, private: EllipticCurvePrivateKey | Ed25519PrivateKey
):
    if isinstance(private, Ed25519PrivateKey):
        algorithm, public = "EdDSA", OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)
    else:
        algorithm, public = "ES256", ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    jwks.write_text(json.dumps({"keys": [{**public, "kid": "new"}]}))
    claims = {"iss": "https://sign-in.example.jp", "aud": "machi", "sub": "sato", "exp": TOMORROW}
    token = jwt.encode({**claims, "roles": ["editor"]}, private, algorithm, {"kid": "new"})

    answer = _post(client, token)

    assert answer.status_code == 200


class Issuer(ThreadingHTTPServer):
    """A real sign-in on loopback: what it publishes, and what was asked of it."""

    def __init__(self, keys: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Reception)
        self.address = f"http://127.0.0.1:{self.server_port}"
        described = json.dumps({"jwks_uri": f"{self.address}/jwks.json"})
        self.published = {"/jwks.json": keys, DESCRIPTION: described.encode()}
        self.asked: list[str] = []


class Reception(BaseHTTPRequestHandler):
    """Answers for an Issuer."""

    def do_GET(self):
        assert isinstance(self.server, Issuer)
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.published[self.path])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Say nothing."""


@pytest.fixture
def issuer(jwks: Path) -> Iterator[Issuer]:
    with Issuer(jwks.read_bytes()) as server:
        Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server
        server.shutdown()


async def test_the_keys_are_found_by_what_the_issuer_says_of_itself(issuer: Issuer, token: Token):
    signin = SignIn(issuer.address, "machi")

    person = await signin.person(token(iss=issuer.address))

    assert person == Person("sato", frozenset({"editor"}))
    assert issuer.asked == [DESCRIPTION, "/jwks.json"]


async def test_the_keys_are_asked_for_once(issuer: Issuer, token: Token):
    signin = SignIn(issuer.address, "machi", f"{issuer.address}/jwks.json")

    for _ in range(3):
        await signin.person(token(iss=issuer.address))

    assert issuer.asked == ["/jwks.json"]


async def test_unknown_keys_do_not_make_us_ask_again_and_again(issuer: Issuer, token: Token):
    issuer.published["/jwks.json"] = issuer.published["/jwks.json"].replace(b"2026", b"2027")
    signin = SignIn(issuer.address, "machi", f"{issuer.address}/jwks.json")

    for _ in range(3):
        with pytest.raises(Refused, match="401"):
            await signin.person(token(iss=issuer.address))

    assert issuer.asked == ["/jwks.json"]


@pytest.mark.parametrize("described", [b"{}", b"no json"])
async def test_an_issuer_that_does_not_say_where_its_keys_are(
    issuer: Issuer, token: Token, described: bytes
):
    issuer.published[DESCRIPTION] = described

    with pytest.raises(Refused) as refused:
        await SignIn(issuer.address, "machi").person(token(iss=issuer.address))

    assert refused.value.code == "sign-in-unreachable"


def test_in_development_without_a_sign_in_nobody_writes(
    house: FastAPI, client: TestClient, token: Token
):
    house.state.signin = None

    answer = _post(client, token())

    assert (answer.status_code, answer.json()["code"]) == (503, "no-sign-in")


def _post_by_browser(client: TestClient, token: str, **headers: str) -> Response:
    named = {"If-Match": '"3"', "Cookie": f"{COOKIE}={token}", **headers}
    body = {"milestone_id": "ms-std20", "due": {"edtf": "2027-12"}}
    return client.post(STATE, json=body, headers=named)


@pytest.mark.parametrize("origin", ["http://testserver", "https://testserver"])
def test_a_browser_writes_from_a_page_of_this_site(client: TestClient, token: Token, origin: str):
    answer = _post_by_browser(client, token(), Origin=origin)

    assert answer.json() == {"milestone_id": "ms-std20", "by": "sato"}


@pytest.mark.parametrize(
    "origin",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "https://testserver.elsewhere.example"},
        {"Origin": "http://testserver:8080"},
        {"Origin": "testserver"},
        {"Origin": "http://["},
    ],
    ids=str,
)
def test_what_another_site_makes_a_browser_send_is_refused(
    client: TestClient, token: Token, origin: dict[str, str]
):
    answer = _post_by_browser(client, token(), **origin)

    assert (answer.status_code, answer.json()["code"]) == (403, "origin-not-ours")


def test_a_token_in_the_header_goes_before_the_cookie(client: TestClient, token: Token):
    answer = _post_by_browser(client, "mumble", Authorization=f"Bearer {token()}")

    assert answer.status_code == 200


def test_a_cookie_is_checked_like_any_token(client: TestClient, token: Token):
    late = _post_by_browser(client, token(exp=YESTERDAY), Origin="http://testserver")
    other = _post_by_browser(client, token(roles=["approver"]), Origin="http://testserver")

    assert (late.status_code, late.json()["code"]) == (401, "token-expired")
    assert (other.status_code, other.json()["code"]) == (403, "role-missing")
