"""Each refusal has one shape, and of a fault nothing is told."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

STATE = "/api/roadmap/assertions"
Token = Callable[..., str]


@pytest.fixture
def editor(client: TestClient, token: Token) -> TestClient:
    client.headers["Authorization"] = f"Bearer {token()}"
    client.headers["If-Match"] = '"3"'
    return client


def test_an_unknown_id_is_a_problem_that_names_it(client: TestClient):
    answer = client.get("/api/roadmap/milestones/ms-unheard")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:problem-type:machi:unknown-milestone",
        "title": "The plan has no milestone of this id.",
        "status": 404,
        "detail": "ms-unheard",
        "instance": "/api/roadmap/milestones/ms-unheard",
        "code": "unknown-milestone",
    }


def test_an_unknown_address_is_a_problem(client: TestClient):
    answer = client.get("/api/roadmap/nowhere?child=yes")

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert answer.json()["instance"] == "/api/roadmap/nowhere"


def test_a_method_that_is_not_taken_names_those_that_are(client: TestClient):
    answer = client.put(STATE, json={})

    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert answer.headers["Allow"] == "POST"


def test_each_field_that_does_not_fit_is_named(editor: TestClient):
    answer = editor.post(STATE, json={"due": {"edtf": "9"}})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert [each["pointer"] for each in answer.json()["errors"]] == ["#/milestone_id", "#/due/edtf"]
    assert answer.json()["errors"][1]["field"] == "due.edtf"


def test_a_field_of_the_address_is_named_too(client: TestClient):
    answer = client.get("/api/roadmap/milestones?limit=201")

    assert answer.status_code == 422
    assert [(each["where"], each["field"]) for each in answer.json()["errors"]] == [
        ("query", "limit")
    ]


@pytest.mark.parametrize(
    "body", [b'{"due": ', b"", b"\xff\xfe{}", b"[" * 100_000], ids=["cut", "no", "binary", "deep"]
)
def test_what_is_no_json_is_refused(editor: TestClient, body: bytes):
    answer = editor.post(STATE, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == (400 if body else 422)
    assert answer.json()["code"] == ("malformed-body" if body else "invalid-input")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "image/png"])
def test_another_media_type_is_refused(editor: TestClient, kind: str):
    answer = editor.post(STATE, content=b'{"milestone_id": "x"}', headers={"Content-Type": kind})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


def test_of_a_fault_nothing_is_told(client: TestClient):
    answer = client.get("/api/roadmap/broken/secret")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert "secret" not in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "status"), [("/plan/x", 404), ("/n/x", 404), ("/plan/secret", 500)]
)
def test_people_read_a_page_instead(client: TestClient, path: str, status: int):
    answer = client.get(path)

    assert answer.status_code == status
    assert answer.text == f"<h1>{status}</h1><p>{path}</p>"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_openapi_document_shows_how_a_problem_looks(client: TestClient):
    described = client.get("/api/roadmap/openapi.json").json()

    responses = described["paths"][STATE]["post"]["responses"]
    assert set(responses) == {"200", "default"}
    assert (
        "code" in responses["default"]["content"]["application/problem+json"]["schema"]["required"]
    )
    assert described["paths"][STATE]["post"]["security"] == [{"token": []}]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_loads_scripts_from_elsewhere(client: TestClient, path: str):
    assert client.get(path).status_code == 404
