"""Which requests are not taken: each reason, at its place, and never with what was typed."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments.schemas import EXTENSION, NO_CONTACT, SENTENCES, UNREACHABLE
from referral.clinics.standing import Accepting, Standing
from world import (
    BY_LEVEL,
    MILD,
    WINDOW,
    count,
    house,
    open_practice,
    request_body,
)

# What is refused is the same whichever database holds it.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

REQUESTS = "/api/v1/requests"
TYPED = "Zq7typed"


@pytest.mark.parametrize(
    ("level", "cleared", "status"),
    [
        ("emergency", False, 409),
        ("emergency", True, 409),
        ("urgent-medical", False, 409),
        ("urgent-medical", True, 409),
        ("see-doctor-first", False, 409),
        ("see-doctor-first", True, 201),
        ("chiropractor", False, 201),
    ],
)
def test_only_a_level_that_allows_it_is_recorded(
    client: TestClient, level: str, status: int, *, cleared: bool
) -> None:
    assessed = client.post("/api/v1/assessments", json={"answers": MILD | BY_LEVEL[level]}).json()
    assert assessed["level"] == level
    body = request_body(
        client,
        open_practice(client).clinic_id,
        assessment_id=assessed["id"],
        doctor_cleared=cleared,
    )

    answer = client.post(REQUESTS, json=body)

    assert answer.status_code == status
    assert count(house(client).database, "appointments") == (status == 201)
    if status == 409:
        assert (answer.json()["code"], answer.json()["level"]) == ("level-forbids-request", level)


@pytest.mark.parametrize(("minutes", "status"), [(0, 201), (1, 409)])
def test_an_assessment_lasts_a_day(
    client: TestClient, clock: Clock, minutes: int, status: int
) -> None:
    body = request_body(client, open_practice(client).clinic_id)
    clock.now += timedelta(hours=24, minutes=minutes)

    answer = client.post(REQUESTS, json=body)

    assert answer.status_code == status
    assert status == 201 or answer.json()["code"] == "assessment-expired"


@pytest.mark.parametrize(
    ("field", "code"),
    [("assessment_id", "assessment-unknown"), ("clinic_id", "clinic-unknown")],
)
def test_an_unknown_id_is_named(client: TestClient, field: str, code: str) -> None:
    body = request_body(client, open_practice(client).clinic_id) | {field: str(uuid4())}

    answer = client.post(REQUESTS, json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{field}"]


@pytest.mark.parametrize(
    "column", [{"standing": Standing.LISTED}, {"accepting": Accepting.NO}, {"paused": True}]
)
def test_a_clinic_that_takes_none_online_gets_none(
    client: TestClient, column: dict[str, Any]
) -> None:
    body = request_body(client, open_practice(client, **column).clinic_id)

    answer = client.post(REQUESTS, json=body)

    assert (answer.status_code, answer.json()["code"]) == (409, "clinic-not-online")


@pytest.mark.parametrize(
    ("day", "part", "status"),
    [
        ("2026-11-30", "evening", 422),
        ("2026-12-01", "morning", 201),
        ("2027-02-28", "evening", 201),
        ("2027-03-01", "morning", 422),
        ("9999-12-31", "evening", 422),
    ],
)
def test_a_window_is_to_come_and_within_ninety_days(
    client: TestClient, day: str, part: str, status: int
) -> None:
    windows = [WINDOW, {"date": day, "part": part}]
    body = request_body(client, open_practice(client).clinic_id, preferred_windows=windows)

    answer = client.post(REQUESTS, json=body)

    assert answer.status_code == status
    if status == 422:
        problems = [(at["pointer"], at["code"]) for at in answer.json()["errors"]]
        assert problems == [("/preferred_windows/1", "window-out-of-range")]


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("requesting_for", {"requesting_for": TYPED}, SENTENCES["requesting_for"]),
    ("name", {"name": TYPED * 20}, SENTENCES["name"]),
    ("name", {"name": f"{TYPED}\x07"}, SENTENCES["name"]),
    ("name", {"name": "  "}, SENTENCES["name"]),
    ("patient_name", {"requesting_for": "someone_else"}, SENTENCES["patient_name"]),
    ("email", {"email": TYPED}, SENTENCES["email"]),
    ("phone", {"phone": TYPED}, SENTENCES["phone"]),
    ("phone", {"phone": "(212) 555-0142 x12"}, EXTENSION),
    ("phone", {"phone": None, "email": None}, NO_CONTACT),
    ("preferred_contact", {"preferred_contact": TYPED}, SENTENCES["preferred_contact"]),
    ("preferred_contact", {"email": None}, UNREACHABLE["email"]),
    ("preferred_windows", {"preferred_windows": []}, SENTENCES["preferred_windows"]),
    ("preferred_windows", {"preferred_windows": TYPED}, SENTENCES["preferred_windows"]),
    (
        "preferred_windows/0/date",
        {"preferred_windows": [{"date": TYPED, "part": "morning"}]},
        SENTENCES["preferred_windows"],
    ),
    ("note", {"note": TYPED * 80}, SENTENCES["note"]),
    ("doctor_cleared", {"doctor_cleared": TYPED}, SENTENCES["doctor_cleared"]),
    ("consent_version", {"consent_version": TYPED}, SENTENCES["consent_version"]),
    ("assessment_id", {"assessment_id": TYPED}, SENTENCES["assessment_id"]),
    ("clinic_id", {"clinic_id": TYPED}, SENTENCES["clinic_id"]),
    ("", {TYPED: TYPED}, "There is a field here that we do not know."),
]


@pytest.mark.parametrize(("where", "change", "sentence"), BAD)
def test_a_bad_field_gets_its_sentence_and_no_echo(
    client: TestClient, where: str, change: dict[str, Any], sentence: str
) -> None:
    body = request_body(client, open_practice(client).clinic_id) | change

    answer = client.post(REQUESTS, json=body)

    found = [(at["pointer"], at["detail"]) for at in answer.json()["errors"]]
    assert answer.status_code == 422
    assert (f"/{where}" if where else "", sentence) in found
    assert TYPED not in answer.text
    assert count(house(client).database, "appointments") == 0
