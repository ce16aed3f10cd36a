"""What holds at every door: who is let in, how errors look, which headers every answer carries."""

import re
from collections.abc import Mapping
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from log_lines import written
from referral.web.headers import OPEN, SECURITY_HEADERS
from world import open_practice

# Who is let in, and how errors look, is the same whichever database holds it.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# Public is a decision: a door that is not on this list asks for a key.
PUBLIC_API = {
    ("GET", "/api/v1/docs"),
    ("HEAD", "/api/v1/docs"),
    ("GET", "/api/v1/questions"),
    ("POST", "/api/v1/assessments"),
    ("GET", "/api/v1/clinics"),
    ("GET", "/api/v1/clinics/{clinic_id}"),
    ("GET", "/api/v1/consent"),
    ("GET", "/api/v1/public-statistics"),
    ("POST", "/api/v1/requests"),
    ("POST", "/api/v1/follow"),
    ("GET", "/api/v1/follow/{token}"),
    ("DELETE", "/api/v1/follow/{token}"),
    ("POST", "/api/v1/follow/{token}/copy"),
    ("POST", "/api/v1/follow/{token}/moves"),
}
SOME_ID = "6f1f2f0e-8d5c-4b8e-9a53-0d4a3a1f7c11"
# What can be read is looked at before the key; these queries and bodies can.
QUERIES = {
    ("GET", "/api/v1/statistics"): {
        "from": "2026-12-01T00:00:00Z",
        "before": "2027-01-01T00:00:00Z",
    }
}
BODIES = {
    ("POST", "/api/v1/requests/{request_id}/moves"): {"action": "receive"},
    ("POST", "/api/v1/requests/moves"): {
        "items": [{"id": SOME_ID, "version": 1, "move": {"action": "receive"}}]
    },
    ("PUT", "/api/v1/requests/{request_id}/assignee"): {"key_id": None},
    ("POST", "/api/v1/requests/{request_id}/notes"): {"text": "Called, no answer."},
    ("POST", "/api/v1/clinic/chiropractors"): {"name": "Dr. Made Up"},
    ("POST", "/api/v1/keys"): {"label": "front desk"},
    ("POST", "/api/v1/webhooks"): {"url": "https://desk.example.com", "label": "Desk"},
    ("POST", "/api/v1/webhooks/{webhook_id}/replay"): {"after": 0},
}
KEYS = {"type", "title", "status", "detail", "code"}


def test_public_is_a_decision(client: TestClient) -> None:
    app = house_app(client)
    doors = {
        (method, str(route.path_format))
        for route in iter_route_contexts(app.routes)
        if str(route.path_format).startswith("/api/v1/") and route.path != app.openapi_url
        for method in route.methods or ()
    }
    assert doors > PUBLIC_API

    for method, path in sorted(doors - PUBLIC_API):
        query, body = QUERIES.get((method, path)), BODIES.get((method, path), {})
        address = re.sub(r"\{\w+\}", SOME_ID, path)
        answer = client.request(method, address, params=query, json=body)
        assert (method, path, answer.status_code) == (method, path, 401)


def house_app(client: TestClient) -> FastAPI:
    """Return the application under test."""
    return cast("FastAPI", client.app)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/nothing", b"", 404),
        ("GET", f"/api/v1/clinics/{SOME_ID}", b"", 404),
        ("DELETE", "/api/v1/requests", b"", 405),
        ("POST", "/api/v1/requests", b" " * 70_000, 413),
        ("POST", "/api/v1/requests", b"{", 422),
        ("POST", "/api/v1/requests", b"[]", 422),
        ("POST", "/api/v1/requests", b'{"name": "\xff"}', 400),
        ("GET", "/api/v1/requests", b"", 401),
        ("GET", "/api/v1/clinics?zip=00000", b"", 422),
    ],
)
def test_every_error_has_the_same_form(
    client: TestClient, method: str, path: str, *, body: bytes, status: int
) -> None:
    answer = client.request(
        method, path, content=body, headers={"Content-Type": "application/json"}
    )

    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem.keys() - {"errors"} == KEYS
    assert problem["type"].endswith(problem["code"])
    assert_guarded(answer.headers)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/requests", "GET, POST"),
        ("GET", "/api/v1/requests/search", "POST"),
        ("PUT", f"/api/v1/webhooks/{SOME_ID}", "DELETE, GET, PATCH"),
        ("POST", "/healthz", "GET"),
    ],
)
def test_who_asks_for_the_wrong_thing_is_told_all_that_can_be_done(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    answer = client.request(method, path)

    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


def test_the_log_names_the_route_and_neither_id_nor_how_the_id_is_read(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "referral.access")

    client.get(f"/api/v1/requests/{SOME_ID}")

    (line,) = written(caplog.records)
    told = line["method"], line["route"], line["status"]
    assert told == ("GET", "/api/v1/requests/{request_id}", 401)
    assert SOME_ID not in str(line)


@pytest.mark.parametrize("path", ["/nothing", "/clinics/nothing", "/follow/nothing"])
def test_a_page_that_is_not_there_says_so_as_a_page(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"].startswith("text/html")
    assert_guarded(answer.headers)


def test_a_broken_part_says_nothing_of_itself(client: TestClient) -> None:
    house_app(client).state.gazetteer = None

    answer = client.get("/api/v1/clinics?zip=10001")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert answer.json().keys() == KEYS
    assert "NoneType" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/check", "/find", "/api/v1/questions", "/api/v1/consent"]
)
def test_every_answer_is_guarded(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert_guarded(answer.headers)


def assert_guarded(headers: Mapping[str, str]) -> None:
    """Check the security headers of one answer."""
    expected = OPEN if "connect-src" in headers["content-security-policy"] else SECURITY_HEADERS
    # Which referrer policy it is depends on the address (see test_headers).
    wanted = expected | {"referrer-policy": headers.get("referrer-policy", "")}
    assert {name: headers.get(name) for name in expected} == wanted
    assert wanted["referrer-policy"]
    assert "cache-control" in headers


@pytest.mark.parametrize(
    ("query", "pointer"), [("near=x", "/near"), ("near=99,0", "/near"), ("zip=x", "/zip")]
)
def test_a_place_that_is_none_is_reported_under_its_name(
    client: TestClient, query: str, pointer: str
) -> None:
    answer = client.get(f"/api/v1/clinics?{query}")

    assert answer.status_code == 422
    assert [problem["pointer"] for problem in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_ready_page_is_sent_only_when_it_is_news(client: TestClient, encoding: str) -> None:
    accept = {"Accept-Encoding": encoding}

    page = client.get("/", headers=accept)
    head = client.head("/", headers=accept)
    again = client.get("/", headers=accept | {"If-None-Match": page.headers["etag"]})

    assert page.headers.get("content-encoding", "identity") == encoding
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == page.headers
    assert (again.status_code, again.content) == (304, b"")
    assert_guarded(again.headers)


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/api/v1/requests?limit=5&Zq7typed=high", "state, needs, overdue, level"),
        ("/api/v1/clinics?zip=10001&Zq7typed=1", "zip, near, place, radius, language"),
    ],
)
def test_a_query_name_that_we_do_not_know_is_refused_and_those_we_know_are_named(
    client: TestClient, path: str, known: str
) -> None:
    answer = client.get(path, headers=open_practice(client).bearer)

    (problem,) = answer.json()["errors"]
    assert (answer.status_code, problem["pointer"]) == (422, "/query")
    assert problem["code"] == "extra_forbidden"
    assert known in problem["detail"]
    assert "Zq7typed" not in answer.text
