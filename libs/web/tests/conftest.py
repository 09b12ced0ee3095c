"""A small house that stands on the library, and tokens that it believes."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from jwt.algorithms import RSAAlgorithm
from pydantic import BaseModel, Field
from starlette.testclient import TestClient

from web import House, application
from web.cursors import Cursor, Limit, decode, encode, link_to_next
from web.etags import check_if_match, page, public
from web.signin import Person, SignIn, signed_in_as

ISSUER = "https://sign-in.example.jp"
MILESTONES = ["ms-end", "ms-online29", "ms-std20"]
Editor = Annotated[Person, Depends(signed_in_as("editor"))]
router = APIRouter()


class UnknownMilestone(Exception):
    """The plan has no milestone of this id."""


class Due(BaseModel):
    edtf: str = Field(min_length=4)


class Assertion(BaseModel):
    milestone_id: str
    due: Due


class Milestones(BaseModel):
    ids: list[str]


@router.post("/api/roadmap/assertions")
async def state(assertion: Assertion, editor: Editor, request: Request) -> dict[str, str]:
    check_if_match(request, version=3)
    return {"milestone_id": assertion.milestone_id, "by": editor.subject}


@router.get("/api/roadmap/milestones")
async def milestones(request: Request, limit: Limit = 200, cursor: Cursor = None) -> Response:
    rest = [each for each in MILESTONES if not cursor or (each,) > decode(cursor, str)]
    more = encode(rest[limit - 1]) if len(rest) > limit else None
    return public(request, Milestones(ids=rest[:limit]), link_to_next(request, more))


@router.get("/api/roadmap/milestones/{milestone_id}")
async def milestone(milestone_id: str) -> None:
    raise UnknownMilestone(milestone_id)


@router.get("/plan", include_in_schema=False)
async def plan(request: Request) -> Response:
    return page(request, "<h1>岩沼市デジタル化推進計画</h1>")


@router.get("/plan/{name}", include_in_schema=False)
@router.get("/api/roadmap/broken/{name}")
async def broken(name: str) -> None:
    raise RuntimeError(name) if name == "secret" else UnknownMilestone(name)


@pytest.fixture(scope="session")
def key() -> RSAPrivateKey:
    """The private key of the sign-in."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def jwks(tmp_path: Path, key: RSAPrivateKey) -> Path:
    """The public half, as the sign-in publishes it."""
    public_half = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [{**public_half, "kid": "2026"}]}))
    return path


@pytest.fixture
def token(key: RSAPrivateKey) -> Callable[..., str]:
    """Makes a token of an editor; what a test gives takes the place of what is usual."""

    def make(**claims: object) -> str:
        in_an_hour = datetime.now(UTC) + timedelta(hours=1)
        usual = {"iss": ISSUER, "aud": "machi", "sub": "sato", "exp": in_an_hour}
        named = {**usual, "roles": ["editor"], **claims}
        said = {name: value for name, value in named.items() if value is not None}
        return jwt.encode(said, key, "RS256", {"kid": "2026"})

    return make


@pytest.fixture
def house(jwks: Path) -> FastAPI:
    """The application of the small house."""
    return application(
        object(),
        router,
        house=House(
            name="roadmap",
            title="工程表",
            error_page=lambda refused, path: f"<h1>{refused.status_code}</h1><p>{path}</p>",
            headers_for_pages={"Content-Security-Policy": "default-src 'none'"},
        ),
        refusals={UnknownMilestone: 404},
        signin=SignIn(ISSUER, "machi", str(jwks)),
    )


@pytest.fixture
def client(house: FastAPI) -> Iterator[TestClient]:
    """Somebody who asks; faults of the house come back as answers."""
    with TestClient(house, raise_server_exceptions=False) as client:
        yield client
