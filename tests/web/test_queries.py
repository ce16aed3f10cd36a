"""A query says one thing: a name that an address does not take, or given twice, is refused."""

import pytest
from starlette.testclient import TestClient

from world import open_practice

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("address", "pointer"),
    [
        ("/events?after=7&after=0", "/query/after"),
        ("/requests?limit=5&limit=5", "/query/limit"),
        ("/requests/export?format=csv&format=ndjson", "/query/format"),
        ("/statistics?from=2026-12-01T00:00:00Z&from=2026-12-02T00:00:00Z", "/query/from"),
        ("/clinics?zip=10001&zip=60601", "/query/zip"),
        ("/consent?version=1&version=2", "/query/version"),
    ],
)
def test_a_name_given_twice_is_refused_and_named(
    client: TestClient, address: str, pointer: str
) -> None:
    answer = client.get(f"/api/v1{address}", headers=open_practice(client).bearer)

    (problem,) = answer.json()["errors"]
    assert (answer.status_code, problem["code"]) == (422, "given_twice")
    assert problem["pointer"] == pointer


@pytest.mark.parametrize("address", ["/events", "/requests", "/keys", "/questions", "/consent"])
def test_a_name_that_an_address_does_not_take_is_refused(client: TestClient, address: str) -> None:
    answer = client.get(f"/api/v1{address}?Zq7typed=1", headers=open_practice(client).bearer)

    (problem,) = answer.json()["errors"]
    assert (answer.status_code, problem["code"]) == (422, "extra_forbidden")
    assert problem["pointer"] == "/query"
    assert "Zq7typed" not in answer.text


def test_a_call_that_sends_a_body_takes_no_query(client: TestClient) -> None:
    answer = client.post("/api/v1/assessments?dry_run=true", json={})

    (problem,) = answer.json()["errors"]
    assert problem["detail"] == "There is a name in the query, and this address takes none."


def test_a_list_may_be_asked_for_several_values(client: TestClient) -> None:
    address = "/api/v1/requests?state=requested&state=received&fields=state&fields=reference"

    answer = client.get(address, headers=open_practice(client).bearer)

    assert answer.status_code == 200
