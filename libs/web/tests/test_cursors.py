"""Long lists come page by page."""

import pytest
from hypothesis import given, strategies as st
from starlette.testclient import TestClient

from web.cursors import decode, encode
from web.problems import Refused

LIST = "/api/roadmap/milestones"


def test_the_pages_of_a_list_follow_one_another(client: TestClient):
    first = client.get(f"{LIST}?limit=2")
    second = client.get(first.links["next"]["url"])

    assert first.json()["ids"] == ["ms-end", "ms-online29"]
    assert second.json()["ids"] == ["ms-std20"]
    assert "next" not in second.links


@given(st.text(max_size=40), st.integers())
def test_a_cursor_gives_its_position_back(name: str, version: int):
    assert decode(encode(name, version), str, int) == (name, version)


@pytest.mark.parametrize(
    "cursor", ["bm9uc2Vuc2U", "!", "転入届", "W10", "WzFd", "bnVsbA", "W1tdXQ"]
)
def test_another_cursor_is_refused(client: TestClient, cursor: str):
    answer = client.get(LIST, params={"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown-cursor")


def test_a_cursor_of_another_list_is_refused():
    with pytest.raises(Refused):
        decode(encode("ms-std20", 3), str)


def test_an_endless_cursor_is_refused(client: TestClient):
    assert client.get(LIST, params={"cursor": "A" * 513}).status_code == 422
