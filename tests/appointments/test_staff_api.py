"""The staff door: who gets in, what they see, and how a move names its version."""

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from front_desk import BOOK, DECLINE, REQUESTS, follow, listed, move
from referral.staff.scopes import Scope
from referral.staff.service import revoke
from world import (
    PERSON,
    Practice,
    add_key,
    house,
    open_practice,
    send_request,
)


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
