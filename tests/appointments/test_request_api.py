"""The public JSON door: assessment, request, following; what it takes, once, and keeps."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from referral.appointments import consent
from world import (
    MILD,
    PERSON,
    WINDOW,
    assess,
    count,
    house,
    open_practice,
    request_body,
    send_request,
)

REQUESTS = "/api/v1/requests"
TYPED = "Zq7typed"


def test_a_request_is_recorded_and_can_be_followed(client: TestClient) -> None:
    practice = open_practice(client)

    answer = client.post(REQUESTS, json=request_body(client, practice.clinic_id))

    sent = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/follow/{sent['follow_token']}"
    assert sent["follow_url"].endswith(f"/follow/{sent['follow_token']}")
    assert sent["state"] == "requested"
    assert sent["answer_by"] == "2026-12-02T17:00:00-05:00"
    followed = client.get(answer.headers["location"])
    assert followed.headers["etag"] == '"1"'
    assert followed.json()["reference"] == sent["reference"]
    assert followed.json()["preferred_windows"] == [WINDOW]
    assert followed.json()["available_actions"] == ["cancel"]
    assert [event["actor"] for event in followed.json()["history"]] == ["patient"]


def test_the_journey_starts_from_a_search(client: TestClient) -> None:
    practice = open_practice(client)

    found = client.get("/api/v1/clinics?zip=10001").json()["clinics"]

    assert [(clinic["id"], clinic["takes_requests"]) for clinic in found] == [
        (str(practice.clinic_id), True)
    ]


@pytest.mark.parametrize("key", ["a-random-key", None])
def test_the_same_request_again_gets_the_same_answer(client: TestClient, key: str | None) -> None:
    body = request_body(client, open_practice(client).clinic_id)
    headers = {"Idempotency-Key": key} if key else {}

    first, again = (client.post(REQUESTS, json=body, headers=headers) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert count(house(client).database, "appointments") == 1
    assert count(house(client).database, "events") == 1


def test_a_key_used_for_another_body_is_refused(client: TestClient) -> None:
    body = request_body(client, open_practice(client).clinic_id)
    headers = {"Idempotency-Key": "a-random-key"}
    client.post(REQUESTS, json=body, headers=headers)

    other = client.post(REQUESTS, json=body | {"note": "other"}, headers=headers)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_a_second_request_to_the_same_clinic_is_a_conflict(client: TestClient) -> None:
    body = request_body(client, open_practice(client).clinic_id)
    client.post(REQUESTS, json=body)

    other = client.post(REQUESTS, json=body | {"note": "other"})

    assert (other.status_code, other.json()["code"]) == (409, "already-requested")


def test_one_assessment_serves_two_clinics(client: TestClient) -> None:
    assessment_id = assess(client)
    sent = [
        send_request(client, open_practice(client).clinic_id, assessment_id=assessment_id)
        for _ in range(2)
    ]

    assert len({one["follow_token"] for one in sent}) == 2


@pytest.mark.parametrize("key", ["a-random-key", None])
def test_clicks_at_the_same_moment_record_one_request(client: TestClient, key: str | None) -> None:
    body = request_body(client, open_practice(client).clinic_id)
    headers = {"Idempotency-Key": key} if key else {}

    with ThreadPoolExecutor(4) as pool:
        sending = [pool.submit(client.post, REQUESTS, json=body, headers=headers) for _ in "1234"]
        answers = [sent.result() for sent in sending]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["follow_token"] for answer in answers}) == 1
    assert count(house(client).database, "appointments") == 1


def test_only_the_newest_consent_is_taken_and_all_can_be_read(client: TestClient) -> None:
    assert client.get("/api/v1/consent").json()["version"] == consent.VERSION
    assert len(consent.TEXTS) > 1
    place = open_practice(client)
    for version, statements in consent.TEXTS.items():
        read = client.get("/api/v1/consent", params={"version": version}).json()
        assert read == {"version": version, "statements": list(statements)}
        body = request_body(client, place.clinic_id, consent_version=version)
        taken = client.post(REQUESTS, json=body).status_code
        assert taken == (201 if version == consent.VERSION else 422)
    assert client.get("/api/v1/consent", params={"version": TYPED}).status_code == 404


def test_a_request_under_an_older_consent_is_read_and_goes_on(client: TestClient) -> None:
    place, other = open_practice(client), open_practice(client)
    sent = send_request(client, place.clinic_id, also_ask=[str(other.clinic_id)])
    with house(client).database.unit_of_work() as session:
        session.execute(text("UPDATE appointments SET consent_version = '2026-11-24'"))
    no = {"action": "decline", "reason": "no_capacity", "next_step": "other_clinic"}

    path, headers = f"{REQUESTS}/{sent['id']}", place.bearer | {"If-Match": "*"}
    assert client.post(f"{path}/moves", json=no, headers=headers).status_code == 200

    (row,) = client.get(REQUESTS, headers=other.bearer).json()["items"]
    passed_on = client.get(f"{REQUESTS}/{row['id']}", headers=other.bearer).json()
    assert passed_on["consent_version"] == "2026-11-24"


def test_nothing_typed_and_no_link_is_stored_in_clear(client: TestClient) -> None:
    sent = send_request(client, open_practice(client).clinic_id)

    stored = _everything_stored(client)

    typed = [PERSON["name"], PERSON["email"], PERSON["note"], MILD["note"], "2125550142"]
    for secret in [*typed, "Zebrowski", "saddle", "lifting_exercise", sent["follow_token"]]:
        assert secret.encode() not in stored
    assert sent["reference"].encode() in stored


def _everything_stored(client: TestClient) -> bytes:
    with house(client).database.engine.connect() as connection:
        rows = [
            value
            for table in SQLModel.metadata.sorted_tables
            for row in connection.execute(table.select())
            for value in row
        ]
    return b"\n".join(value if isinstance(value, bytes) else repr(value).encode() for value in rows)


def test_an_unknown_link_leads_nowhere(client: TestClient) -> None:
    for path in ("/api/v1/follow/unknown", "/follow/unknown", "/follow/unknown/cancel"):
        assert client.get(path).status_code == 404


def test_reading_never_acts(client: TestClient) -> None:
    token = send_request(client, open_practice(client).clinic_id)["follow_token"]

    for path in (f"/follow/{token}", f"/follow/{token}/cancel", f"/api/v1/follow/{token}/moves"):
        client.get(path)

    assert client.get(f"/api/v1/follow/{token}").json()["version"] == 1
