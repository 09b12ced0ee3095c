"""What need not be fetched twice, and writes that must not cross."""

from collections.abc import Callable

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

STATE = "/api/roadmap/assertions"
Token = Callable[..., str]
LIST = "/api/roadmap/milestones"


@pytest.mark.parametrize("path", ["/plan", LIST])
def test_what_the_caller_has_is_not_sent_again(client: TestClient, path: str):
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": f'"old", W/{first.headers["ETag"]}'})

    assert (first.headers["Cache-Control"], first.status_code) == ("no-cache", 200)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_page_varies_with_the_display_cookie_and_has_its_headers(client: TestClient):
    answer = client.get("/plan")

    assert answer.headers["Vary"] == "Cookie"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"


def test_public_reads_are_open_to_every_origin(client: TestClient):
    answers = [client.get(path) for path in (LIST, f"{LIST}/ms-unheard")]

    assert {answer.headers["Access-Control-Allow-Origin"] for answer in answers} == {"*"}


def test_writes_are_not(client: TestClient):
    answer = client.post(STATE, json={}, headers={"Origin": "https://elsewhere.example.jp"})

    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/plan", LIST])
def test_head_is_answered_like_get_without_its_body(client: TestClient, path: str):
    head, whole = client.head(path), client.get(path)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == whole.headers


def _state(client: TestClient, token: str, **headers: str) -> Response:
    body = {"milestone_id": "ms-std20", "due": {"edtf": "2027-12"}}
    return client.post(STATE, json=body, headers={"Authorization": f"Bearer {token}", **headers})


def test_a_write_says_which_version_it_changes(client: TestClient, token: Token):
    answer = _state(client, token())

    assert (answer.status_code, answer.json()["code"]) == (428, "version-required")


def test_a_write_from_an_older_version_is_refused(client: TestClient, token: Token):
    answer = _state(client, token(), **{"If-Match": '"2"'})

    assert (answer.status_code, answer.json()["code"]) == (412, "version-changed")
    assert answer.headers["ETag"] == '"3"'


@pytest.mark.parametrize("header", ['"3"', 'W/"3"', '"1", "3"', "*"])
def test_a_write_from_the_present_version_is_taken(client: TestClient, token: Token, header: str):
    assert _state(client, token(), **{"If-Match": header}).status_code == 200
