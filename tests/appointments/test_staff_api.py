"""The staff door: who gets in, lists in pages, and moves under a version."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from conftest import Clock
from referral.staff.scopes import Scope
from referral.staff.service import revoke
from world import (
    INSIDE_WINDOW,
    PERSON,
    WINDOW,
    Json,
    Practice,
    add_key,
    house,
    open_practice,
    send_request,
)

REQUESTS = "/api/v1/requests"
DECLINE: Json = {"action": "decline", "reason": "no_capacity", "next_step": "other_clinic"}
BOOK: Json = {"action": "book", "starts_at": INSIDE_WINDOW}


def move(
    client: TestClient, practice: Practice, sent: Json, step: Json, *, if_match: str | None = "*"
) -> Response:
    """Make a staff move on a request that was sent."""
    headers = practice.bearer | ({"If-Match": if_match} if if_match else {})
    answer: Response = client.post(f"{REQUESTS}/{sent['id']}/moves", json=step, headers=headers)
    return answer


def listed(client: TestClient, practice: Practice, query: str = "") -> list[str]:
    """Return the ids on the first page of a list."""
    answer = client.get(f"{REQUESTS}?{query}", headers=practice.bearer)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["items"]]


def follow(client: TestClient, sent: Json) -> Json:
    """Return the request as its sender sees it."""
    seen: Json = client.get(f"/api/v1/follow/{sent['follow_token']}").json()
    return seen


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer ", "Bearer rk_unknown", "Basic cms6cms=", "Bearer \xe9"]
)
def test_without_a_valid_key_nobody_gets_in(client: TestClient, header: str | None) -> None:
    sent = send_request(client, open_practice(client).clinic_id)
    headers = [] if header is None else [(b"authorization", header.encode())]

    answers = [
        client.get(REQUESTS, headers=headers),
        client.get(f"{REQUESTS}/{sent['id']}", headers=headers),
        client.post(f"{REQUESTS}/{sent['id']}/moves", headers=headers, json={"action": "receive"}),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}


def test_a_revoked_key_stops_working(client: TestClient, clock: Clock) -> None:
    practice = open_practice(client)
    assert listed(client, practice) == []

    with house(client).database.unit_of_work() as session:
        revoke(session, practice.key_id, now=clock.now)

    assert client.get(REQUESTS, headers=practice.bearer).status_code == 401


def test_a_key_for_reading_cannot_move(client: TestClient) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)
    row, key = add_key(client, practice.clinic_id, Scope.READ)
    reader = Practice(practice.clinic_id, practice.chiropractor_id, row.id, key)

    answer = move(client, reader, sent, {"action": "receive"})

    assert (answer.status_code, answer.json()["scope"]) == (403, "write")
    seen = client.get(f"{REQUESTS}/{sent['id']}", headers=reader.bearer).json()
    assert (seen["state"], seen["available_actions"]) == ("requested", [])


def test_another_clinics_request_does_not_exist(client: TestClient) -> None:
    sent = send_request(client, open_practice(client).clinic_id)
    stranger = open_practice(client)
    path = f"{REQUESTS}/{sent['id']}"

    answers = [
        client.get(path, headers=stranger.bearer),
        move(client, stranger, sent, {"action": "receive"}),
        client.get(f"{REQUESTS}/{uuid4()}", headers=stranger.bearer),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.text for answer in answers}) == 1
    assert listed(client, stranger) == []


def test_staff_see_the_person_and_the_answers(client: TestClient) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)

    answer = client.get(f"{REQUESTS}/{sent['id']}", headers=practice.bearer)

    seen = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert seen["person"]["name"] == PERSON["name"]
    assert seen["person"]["phone"] == "+12125550142"
    assert seen["assessment"]["level"] == "chiropractor"
    assert seen["assessment"]["answers"]["regions"] == ["lower_back"]
    assert seen["available_actions"] == ["receive", "offer", "book", "decline", "cancel"]


def test_a_list_holds_nothing_personal(client: TestClient) -> None:
    practice = open_practice(client)
    send_request(client, practice.clinic_id)

    answer = client.get(REQUESTS, headers=practice.bearer)

    assert "Zebrowski" not in answer.text
    assert len(answer.json()["items"]) == 1


def test_each_filter_keeps_what_it_names(client: TestClient, clock: Clock) -> None:
    practice = open_practice(client)
    old, booked = (send_request(client, practice.clinic_id)["id"] for _ in range(2))
    move(
        client, practice, {"id": booked}, BOOK | {"chiropractor_id": str(practice.chiropractor_id)}
    )
    first_day = clock.now
    clock.now += timedelta(days=1, hours=8)
    new = send_request(client, practice.clinic_id)["id"]
    moment = (first_day + timedelta(hours=1)).isoformat().replace("+", "%2B")

    expected = {
        "": {old, booked, new},
        "state=booked": {booked},
        "state=booked&state=requested": {old, booked, new},
        "needs=answer": {old, new},
        "overdue=true": {old},
        "overdue=true&state=booked": set(),
        "level=chiropractor": {old, booked, new},
        "level=self-care": set(),
        f"chiropractor_id={practice.chiropractor_id}": {booked},
        f"created_from={moment}": {new},
        f"created_before={moment}": {old, booked},
        f"updated_since={moment}": {new},
    }
    assert {query: set(listed(client, practice, query)) for query in expected} == expected


@pytest.mark.parametrize(
    "query",
    [
        "state=open",
        "limit=0",
        "limit=201",
        "cursor=nonsense",
        "cursor=MjAyNg==",
        "cursor=%C3%A9",
        "cursor=MjAyNi0xMi0wMVQxNTowMDowMHwwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA==",
        "created_from=2026-12-01T00:00:00",
        "created_from=0001-01-01T00:00:00%2B14:00",
        "level=unknown",
        "needs=money",
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"{REQUESTS}?{query}", headers=open_practice(client).bearer)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/query/")


def test_pages_repeat_nothing_while_requests_come_in(client: TestClient, clock: Clock) -> None:
    practice = open_practice(client)
    there = []
    for number in range(7):
        clock.now += timedelta(seconds=number % 2)
        there.append(send_request(client, practice.clinic_id)["id"])

    walked: list[str] = []
    url: str | None = f"{REQUESTS}?limit=2&needs=answer"
    while url:
        answer = client.get(url, headers=practice.bearer)
        walked += [row["id"] for row in answer.json()["items"]]
        link = answer.links.get("next")
        assert (link is None) == (answer.json()["next"] is None)
        url = link["url"] if link else None
        clock.now += timedelta(seconds=1)
        send_request(client, practice.clinic_id)

    assert len(walked) == len(set(walked))
    assert set(walked) == set(there)


def test_a_move_names_the_version_it_means(client: TestClient) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)
    receive = {"action": "receive"}

    missing = move(client, practice, sent, receive, if_match=None)
    first = move(client, practice, sent, receive, if_match='"1"')
    stale = move(client, practice, sent, DECLINE, if_match='"1"')
    unknown = move(client, practice, sent, DECLINE, if_match='W/"2", nonsense')
    second = move(client, practice, sent, DECLINE, if_match='"9", "2"')

    answers = (missing, first, stale, unknown, second)
    assert [answer.status_code for answer in answers] == [428, 200, 412, 412, 200]
    assert (stale.json()["version"], first.headers["etag"], second.headers["etag"]) == (
        2,
        '"2"',
        '"3"',
    )


def test_a_move_the_state_forbids_names_those_it_allows(client: TestClient) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)
    move(client, practice, sent, BOOK)

    answer = move(client, practice, sent, DECLINE)

    assert (answer.status_code, answer.json()["code"]) == (409, "move-not-allowed")
    assert answer.json()["state"] == "booked"
    assert answer.json()["available_actions"] == ["offer", "move", "release", "cancel", "undo"]


def test_the_sender_sees_the_booking(client: TestClient) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)
    move(client, practice, sent, {"action": "receive"})

    answer = move(client, practice, sent, BOOK | {"minutes": 45})

    seen = follow(client, sent)
    assert answer.status_code == 200
    assert seen["state"] == "booked"
    assert seen["booking"] == {
        "starts_at": INSIDE_WINDOW,
        "ends_at": "2026-12-03T10:15:00-05:00",
        "timezone": "America/New_York",
        "chiropractor_id": str(practice.chiropractor_id),
    }
    assert [event["actor"] for event in seen["history"]] == ["patient", "staff", "staff"]
    assert str(practice.key_id) not in repr(seen)


def test_the_sender_sees_why_the_clinic_said_no(client: TestClient) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)

    move(client, practice, sent, DECLINE | {"message": "Our table is broken"})

    seen = follow(client, sent)
    assert (seen["state"], seen["available_actions"]) == ("declined", ["send_on"])
    assert seen["decision"] == {
        "reason": "no_capacity",
        "next_step": "other_clinic",
        "message": "Our table is broken",
    }
    assert "Our table is broken" in client.get(f"/follow/{sent['follow_token']}").text


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"starts_at": "2026-12-03T12:00:00-05:00"}, "/starts_at"),
        ({"starts_at": "2026-12-03T05:59:00-05:00"}, "/starts_at"),
        ({"starts_at": "2026-12-04T09:30:00-05:00"}, "/starts_at"),
        # It begins inside the window, and ends after it.
        ({"starts_at": "2026-12-03T11:45:00-05:00"}, "/starts_at"),
        # Five past by the caller's clock, and two past by everybody else's.
        ({"starts_at": "2026-12-03T09:35:00-04:57"}, "/starts_at"),
        ({"starts_at": "2026-11-30T09:30:00-05:00"}, "/starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "/starts_at"),
        ({"starts_at": "9999-12-31T23:59:00-14:00"}, "/starts_at"),
        ({"chiropractor_id": str(UUID(int=7))}, "/chiropractor_id"),
    ],
)
def test_a_booking_lies_in_a_window_that_was_given(
    client: TestClient, change: Json, pointer: str
) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)

    answer = move(client, practice, sent, BOOK | change)

    assert answer.status_code == 422
    assert [at["pointer"] for at in answer.json()["errors"]] == [pointer]
    assert follow(client, sent)["version"] == 1


def test_a_window_that_has_passed_cannot_be_booked(client: TestClient, clock: Clock) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)
    clock.now += timedelta(days=3)

    answer = move(client, practice, sent, BOOK)

    assert (answer.status_code, answer.json()["code"]) == (422, "in-the-past")


@pytest.mark.parametrize(
    ("start", "status"), [("09:00", 200), ("09:15", 409), ("09:55", 409), ("10:00", 200)]
)
def test_one_chiropractor_is_never_booked_twice(
    client: TestClient, start: str, status: int
) -> None:
    practice = open_practice(client)
    person: Json = {"chiropractor_id": str(practice.chiropractor_id)}
    first, second = (send_request(client, practice.clinic_id) for _ in range(2))
    assert move(client, practice, first, BOOK | person).status_code == 200

    answer = move(
        client, practice, second, BOOK | person | {"starts_at": f"2026-12-03T{start}:00-05:00"}
    )

    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "time-taken"


def test_another_clinics_chiropractor_cannot_be_booked(client: TestClient) -> None:
    practice, other = open_practice(client), open_practice(client)
    sent = send_request(client, practice.clinic_id)

    answer = move(client, practice, sent, BOOK | {"chiropractor_id": str(other.chiropractor_id)})

    assert (answer.status_code, answer.json()["code"]) == (422, "chiropractor-unknown")


@pytest.mark.parametrize(
    "step",
    [
        DECLINE | {"reason": "other"},
        DECLINE | {"reason": "because"},
        {"action": "decline", "reason": "age"},
        {"action": "book"},
        BOOK | {"minutes": 0},
        BOOK | {"starts_at": "2026-12-03T09:30:00"},
        {"action": "fly"},
        {},
    ],
)
def test_a_step_that_is_not_whole_is_refused(client: TestClient, step: dict[str, Any]) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)

    assert move(client, practice, sent, step).status_code == 422
    assert follow(client, sent)["version"] == 1


def test_the_log_of_a_clinic_has_no_gaps(client: TestClient) -> None:
    practice = open_practice(client)
    first, second = (send_request(client, practice.clinic_id) for _ in range(2))
    for sent, step in ((first, {"action": "receive"}), (second, DECLINE), (first, DECLINE)):
        assert move(client, practice, sent, step).status_code == 200
    assert move(client, practice, first, BOOK).status_code == 409

    with house(client).database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT number, kind, actor FROM events ORDER BY number")
        events = [tuple(row) for row in rows]

    staff = f"staff:{practice.key_id}"
    assert events == [
        (1, "appointment.requested", "patient"),
        (2, "appointment.requested", "patient"),
        (3, "appointment.received", staff),
        (4, "appointment.declined", staff),
        (5, "appointment.declined", staff),
    ]


def test_staff_can_call_off_a_booked_visit(client: TestClient) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)
    move(client, practice, sent, BOOK)

    answer = move(client, practice, sent, {"action": "cancel", "message": "We moved away"})

    assert answer.status_code == 200
    seen = follow(client, sent)
    assert (seen["state"], seen["decision"]["message"]) == ("cancelled", "We moved away")


@pytest.mark.parametrize(("minutes", "status"), [(-1, 200), (0, 409), (60, 409)])
def test_the_sender_cancels_until_the_visit_starts(
    client: TestClient, clock: Clock, minutes: int, status: int
) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id, preferred_windows=[WINDOW])
    booked = move(client, practice, sent, BOOK)
    assert booked.status_code == 200
    clock.now += timedelta(days=1, hours=23, minutes=30 + minutes)
    assert booked.json()["booking"]["starts_at"] == INSIDE_WINDOW

    answer = client.post(f"/api/v1/follow/{sent['follow_token']}/moves", json={"action": "cancel"})

    assert answer.status_code == status
    assert follow(client, sent)["state"] == ("cancelled" if status == 200 else "booked")


def test_the_sender_cancels_once(client: TestClient) -> None:
    sent = send_request(client, open_practice(client).clinic_id)
    path = f"/api/v1/follow/{sent['follow_token']}/moves"

    answers = [client.post(path, json={"action": "cancel"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["available_actions"] == []


@pytest.mark.parametrize(("if_match", "status"), [('"1"', 200), ('"2"', 412), ("*", 200)])
def test_the_sender_may_name_a_version(client: TestClient, if_match: str, status: int) -> None:
    sent = send_request(client, open_practice(client).clinic_id)

    answer = client.post(
        f"/api/v1/follow/{sent['follow_token']}/moves",
        json={"action": "cancel"},
        headers={"If-Match": if_match},
    )

    assert answer.status_code == status


@pytest.mark.parametrize("action", ["receive", "book", "decline"])
def test_the_sender_cannot_do_what_staff_do(client: TestClient, action: str) -> None:
    sent = send_request(client, open_practice(client).clinic_id)

    answer = client.post(f"/api/v1/follow/{sent['follow_token']}/moves", json={"action": action})

    assert answer.status_code == 422
