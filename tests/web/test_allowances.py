"""The calls of a staff key: how many there are, what is said of them, and what counts as one."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from conftest import Clock
from described import document
from referral.settings import Settings
from world import Json, Practice, add_key, house, open_practice, send_request

MOST = 60
CLINIC = "/api/v1/clinic"
POLICY = f'"key";q={MOST};w=60'
SOME_ID = "6f1f2f0e-8d5c-4b8e-9a53-0d4a3a1f7c11"


@pytest.fixture(name="settings")
def settings_with_a_limit(settings: Settings) -> Settings:
    return settings.model_copy(update={"key_calls_per_minute": MOST})


@pytest.fixture
def practice(client: TestClient) -> Practice:
    return open_practice(client)


def left(headers: Mapping[str, str]) -> tuple[int, int]:
    """Return how many calls an answer says are left, and over how many seconds to spread them."""
    assert headers["RateLimit-Policy"] == POLICY
    said = re.fullmatch(r'"key";r=(\d+);t=(\d+)', headers["RateLimit"])
    assert said
    return int(said[1]), int(said[2])


def use_up(client: TestClient, practice: Practice) -> None:
    """Make the calls that the practice's key has left."""
    for _ in range(MOST):
        house(client).key_calls.take(practice.key_id.bytes, now=house(client).now())


def test_a_key_without_calls_is_told_when_to_come_back_and_may_then(
    client: TestClient, practice: Practice, clock: Clock
) -> None:
    first = client.get(CLINIC, headers=practice.bearer)
    assert (first.status_code, left(first.headers)) == (200, (59, 59))
    use_up(client, practice)

    refused = client.get(CLINIC, headers=practice.bearer)

    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many")
    assert (refused.headers["Retry-After"], left(refused.headers)) == ("1", (0, 1))
    _, another = add_key(client, practice.clinic_id)
    other = client.get(CLINIC, headers={"Authorization": f"Bearer {another}"})
    assert (other.status_code, left(other.headers)) == (200, (59, 59))
    clock.now += timedelta(seconds=1)
    assert client.get(CLINIC, headers=practice.bearer).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/requests", None, 200),
        ("GET", f"/api/v1/requests/{SOME_ID}", None, 404),
        ("GET", "/api/v1/keys", None, 403),
        ("POST", f"/api/v1/requests/{SOME_ID}/notes", {"text": "Called."}, 404),
        ("GET", "/api/v1/requests/export?format=csv", None, 200),
    ],
)
def test_every_answer_to_a_key_says_what_is_left(
    client: TestClient,
    practice: Practice,
    method: str,
    path: str,
    *,
    body: Json | None,
    status: int,
) -> None:
    answer = client.request(method, path, json=body, headers=practice.bearer)

    assert (answer.status_code, left(answer.headers)) == (status, (59, 59))


def test_a_key_that_we_do_not_know_is_told_nothing(client: TestClient) -> None:
    answer = client.get(CLINIC, headers={"Authorization": "Bearer rk_unknown"})

    assert answer.status_code == 401
    assert not {"ratelimit", "ratelimit-policy"} & set(answer.headers)


def test_many_moves_in_one_call_are_one_call(client: TestClient, practice: Practice) -> None:
    sent = [send_request(client, practice.clinic_id) for _ in range(2)]
    items = [{"id": one["id"], "version": 1, "move": {"action": "receive"}} for one in sent]

    answer = client.post("/api/v1/requests/moves", json={"items": items}, headers=practice.bearer)

    assert [row["status"] for row in answer.json()["items"]] == [200, 200]
    assert left(answer.headers) == (59, 59)


def test_a_refused_call_does_nothing(client: TestClient, practice: Practice) -> None:
    sent = send_request(client, practice.clinic_id)
    use_up(client, practice)

    path, receive = f"/api/v1/requests/{sent['id']}", {"action": "receive"}
    headers = practice.bearer | {"If-Match": "*"}
    move = client.post(f"{path}/moves", json=receive, headers=headers)
    items = [{"id": sent["id"], "version": 1, "move": receive}]
    moves = client.post("/api/v1/requests/moves", json={"items": items}, headers=headers)

    assert (move.status_code, moves.status_code) == (429, 429)
    _, key = add_key(client, practice.clinic_id)
    seen = client.get(path, headers={"Authorization": f"Bearer {key}"}).json()
    assert (seen["state"], seen["version"]) == ("requested", 1)


def test_pages_of_other_sites_can_read_what_is_left(client: TestClient, practice: Practice) -> None:
    headers = practice.bearer | {"Origin": "https://publisher.example"}
    exposed = client.get(CLINIC, headers=headers).headers["access-control-expose-headers"]

    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed.split(", "))


def test_openapi_says_so_of_every_call_that_is_counted() -> None:
    both = {"RateLimit", "RateLimit-Policy"}
    operations = [one for path in document()["paths"].values() for one in path.values()]

    assert document()["components"]["headers"].keys() == both
    shared = document()["components"]["responses"]
    for operation in operations:
        of_staff = bool(operation["security"])
        answers = {
            status: shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            for status, one in operation["responses"].items()
        }
        told = {status for status, one in answers.items() if both <= one.get("headers", {}).keys()}
        of_public = {"200", "201", "429"} & answers.keys() if "429" in answers else set()
        assert told == (answers.keys() - {"400", "401", "413"} if of_staff else of_public)
        if "429" in answers:
            assert "Retry-After" in answers["429"]["headers"]


@pytest.mark.parametrize("most", [0, -1, 1_000_001, 1.5])
def test_a_limit_that_makes_no_sense_stops_the_start(settings: Settings, most: float) -> None:
    with pytest.raises(ValidationError, match="key_calls_per_minute"):
        Settings(_env_file=None, keys=settings.keys, key_calls_per_minute=most)
