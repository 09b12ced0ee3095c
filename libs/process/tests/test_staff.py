"""The staff's way in and out: what a ticket opens, for how long, and where it leads."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
from cryptography.fernet import Fernet
from fastapi import APIRouter, Depends, FastAPI
from httpx2 import Response
from starlette.testclient import TestClient
from tokens import AUDIENCE, ISSUER, Issuer

from pages import PUBLIC_HEADERS, Site, environment
from process.staff import TICKET_SECONDS, form, staff
from web import House, application
from web.signin import COOKIE, Person, SignIn, signed_in_as

HERE = "https://city.example"
DOOR = "/plan/staff/sign-in"
router = APIRouter()


@router.get("/plan/staff")
async def desk(person: Annotated[Person, Depends(signed_in_as("editor"))]) -> str:
    return person.subject


@router.post("/plan/staff/fields")
async def fields(sent: Annotated[dict[str, str], Depends(form)]) -> dict[str, str]:
    return sent


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    """Whoever gives out tokens."""
    return Issuer(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The key that seals tickets."""
    path = tmp_path / "tickets.key"
    path.write_bytes(Fernet.generate_key())
    return path


@pytest.fixture
def house(issuer: Issuer, key: Path) -> FastAPI:
    """A house with a page for the staff."""
    look = environment("pages", Site(title="計画", city="岩沼市", municipality="042111"), "/plan")
    return application(
        object(),
        router,
        staff("/plan", look, key),
        house=House(name="roadmap", title="計画", headers_for_pages=PUBLIC_HEADERS),
        refusals={},
        signin=SignIn(ISSUER, AUDIENCE, str(issuer.keys)),
    )


@pytest.fixture
def client(house: FastAPI) -> Iterator[TestClient]:
    """A browser that has opened no page yet."""
    with TestClient(house, base_url=HERE, follow_redirects=False) as client:
        yield client


def sealed(key: Path, token: str, *, ago: int = 0) -> str:
    return Fernet(key.read_bytes()).encrypt_at_time(token.encode(), int(time.time()) - ago).decode()


def press(client: TestClient, ticket: str, to: str = "/plan/staff", origin: str = HERE) -> Response:
    return client.post(DOOR, data={"ticket": ticket, "to": to}, headers={"Origin": origin})


def test_opening_the_address_shows_a_button_and_does_nothing(client: TestClient, key: Path):
    ticket = sealed(key, "anything")

    page = client.get(DOOR, params={"ticket": ticket, "to": "/plan/staff"})

    assert "職員としてログインします" in page.text
    assert f'name="ticket" value="{ticket}"' in page.text
    assert 'name="to" value="/plan/staff"' in page.text
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "strict-origin"
    assert "form-action 'self'" in page.headers["content-security-policy"]


def test_the_button_gives_the_cookie_and_leads_on(client: TestClient, key: Path, issuer: Issuer):
    token = issuer.token("editor")

    answer = press(client, sealed(key, token))

    assert (answer.status_code, answer.headers["location"]) == (303, "/plan/staff")
    name, *manners = answer.headers["set-cookie"].split("; ")
    assert name == f"{COOKIE}={token}"
    assert sorted(manners) == ["HttpOnly", "Path=/", "SameSite=lax", "Secure"]
    assert client.get("/plan/staff").json() == "clerk-1"


def test_signing_out_takes_the_cookie_away(client: TestClient, key: Path, issuer: Issuer):
    press(client, sealed(key, issuer.token("editor")))

    answer = client.post("/plan/staff/sign-out", headers={"Origin": HERE})

    assert (answer.status_code, answer.headers["location"]) == (303, "/plan")
    assert client.get("/plan/staff").status_code == 401


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_no_other_site_signs_anybody_in_or_out(
    client: TestClient, key: Path, issuer: Issuer, origin: str
):
    entered = press(client, sealed(key, issuer.token("editor")), origin=origin)
    left = client.post("/plan/staff/sign-out", headers={"Origin": origin})

    assert (entered.status_code, left.status_code) == (403, 403)
    assert "set-cookie" not in entered.headers
    assert "set-cookie" not in left.headers


def test_a_ticket_is_good_for_ten_minutes(client: TestClient, key: Path, issuer: Issuer):
    token = issuer.token("editor")

    good = press(client, sealed(key, token, ago=TICKET_SECONDS - 60))
    over = press(client, sealed(key, token, ago=TICKET_SECONDS + 60))

    assert (good.status_code, over.status_code) == (303, 401)
    assert over.json()["code"] == "ticket-over"


@pytest.mark.parametrize("ticket", ["", "mumble", "切符", "gAAAA" + "A" * 200])
def test_what_is_no_ticket_opens_nothing(client: TestClient, ticket: str):
    answer = press(client, ticket)

    assert (answer.status_code, answer.json()["code"]) == (401, "ticket-over")


def test_a_ticket_sealed_with_another_key_opens_nothing(
    client: TestClient, tmp_path: Path, issuer: Issuer
):
    other = tmp_path / "other.key"
    other.write_bytes(Fernet.generate_key())

    answer = press(client, sealed(other, issuer.token("editor")))

    assert answer.status_code == 401


def test_a_token_itself_is_no_ticket(client: TestClient, issuer: Issuer):
    assert press(client, issuer.token("editor")).status_code == 401


def test_what_lies_in_a_ticket_is_checked_like_any_token(
    client: TestClient, key: Path, issuer: Issuer
):
    answer = press(client, sealed(key, issuer.expired("editor")))

    assert (answer.status_code, answer.json()["code"]) == (401, "token-expired")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "to",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "/\t/elsewhere.example/",
        "/\n/elsewhere.example/",
        "javascript:alert(1)",
        "plan/staff",
        "/計画",
        "",
    ],
)
def test_nobody_is_led_to_another_site(client: TestClient, key: Path, issuer: Issuer, to: str):
    ticket = sealed(key, issuer.token("editor"))

    page = client.get(DOOR, params={"ticket": ticket, "to": to})
    answer = press(client, ticket, to)

    assert 'name="to" value="/plan"' in page.text
    assert answer.headers["location"] == "/plan"


def test_one_is_led_to_any_page_of_this_site(client: TestClient, key: Path, issuer: Issuer):
    answer = press(client, sealed(key, issuer.token("editor")), "/data/staff?q=%E8%A8%88#up")

    assert answer.headers["location"] == "/data/staff?q=%E8%A8%88#up"


def test_an_address_without_a_ticket_asks_for_one(client: TestClient):
    assert client.get(DOOR).status_code == 401


def test_a_house_without_a_key_takes_no_tickets(issuer: Issuer, key: Path):
    look = environment("pages", Site(title="計画", city="岩沼市", municipality="042111"), "/plan")
    told = House(name="roadmap", title="計画")
    house = application(object(), staff("/plan", look, None), house=told, refusals={})

    answer = press(TestClient(house, base_url=HERE), sealed(key, issuer.token("editor")))

    assert (answer.status_code, answer.json()["code"]) == (503, "no-sign-in")


def test_a_form_is_read_field_by_field(client: TestClient):
    sent = {"due": "令和9年 3月", "reason": "", "body": "a&b=c+d"}

    assert client.post("/plan/staff/fields", data=sent).json() == sent


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"a=1", "text/plain", 415),
        (b"", "", 415),
        (b"&".join([b"a=1"] * 300), "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_is_no_form_is_refused(client: TestClient, body: bytes, kind: str, status: int):
    answer = client.post("/plan/staff/fields", content=body, headers={"Content-Type": kind})

    assert answer.status_code == status
