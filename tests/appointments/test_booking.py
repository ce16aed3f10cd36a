"""Booking by staff: inside a window that was given, and one visit at a time."""

from datetime import timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from front_desk import BOOK, follow, move
from world import (
    INSIDE_WINDOW,
    Json,
    open_practice,
    send_request,
)


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
