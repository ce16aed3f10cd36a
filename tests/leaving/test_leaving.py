"""A clinic leaves: nobody new can ask it, who asked is not left alone, then it is only listed."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from importer import PRACTICE, Desk, at
from referral.clinics.membership.own_page import page_of
from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.standing import Standing
from referral.settings import Settings
from referral.staff.scopes import Scope
from situations import NO, begin
from stories import worker_of
from world import (
    INSIDE_WINDOW,
    Json,
    add_key,
    count,
    house,
    open_practice,
    request_body,
    send_request,
)

PHONE = "7063959355"
LEAVE = "/api/v1/clinic/leave"


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Desk:
    return Desk(settings, tmp_path)


def row(client: TestClient, clinic_id: UUID) -> Clinic:
    """Return the clinic as it is stored."""
    with house(client).database.reading() as session:
        return session.get_one(Clinic, clinic_id)


def page(client: TestClient, clinic_id: UUID) -> str:
    """Return the address of the clinic's own page."""
    parts = house(client)
    with parts.database.unit_of_work() as session:
        clinic = session.get_one(Clinic, clinic_id)
        link = page_of(session, clinic, vault=parts.vault, now=parts.now())
        return f"/confirm/{parts.vault.link_token(link.id, link.token_hash)}"


def admin(client: TestClient, clinic_id: UUID) -> dict[str, str]:
    """Return the header of a key with the scope `admin`."""
    return {"Authorization": f"Bearer {add_key(client, clinic_id, Scope.ADMIN)[1]}"}


def work(client: TestClient, clock: Clock) -> None:
    """Let two minutes pass, and the worker go round."""
    clock.now += timedelta(minutes=2)
    assert worker_of(client, None).round()


def joined(desk: Desk) -> UUID:
    """Let the practice of the register join, and return its id."""
    desk.take((PRACTICE, {}))
    said = desk.run("clinics", "join", PRACTICE, "--email", "desk@example.com")
    return UUID(said.partition("Clinic id: ")[2].split()[0])


def test_who_leaves_answers_what_is_open_and_is_then_what_the_register_says(
    client: TestClient, desk: Desk, clock: Clock
) -> None:
    clinic_id = joined(desk)
    bearer = admin(client, clinic_id)
    own = page(client, clinic_id)
    client.post(
        f"{own}/contact",
        data={"phone": "212 555 0142", "email": "me@example.com", "timezone": "America/Denver"},
    )
    client.post(f"{own}/people", data={"name_new1": "Dr. Ada Example"})
    client.post("/api/v1/webhooks", headers=bearer, json={"url": "https://192.0.2.1", "label": "x"})
    sent = send_request(client, clinic_id)

    asked = client.get(f"{own}/leave").text
    assert "One request is still open" in asked
    for _ in range(2):
        assert "You are leaving" in client.post(f"{own}/leave").text
    refused = client.post("/api/v1/requests", json=request_body(client, clinic_id))
    assert refused.json()["code"] == "clinic-not-online"
    work(client, clock)
    assert row(client, clinic_id).standing is Standing.JOINED
    moves = f"/api/v1/requests/{sent['id']}/moves"
    no = client.post(moves, json={"action": "decline", **NO}, headers=bearer | {"If-Match": "*"})
    assert no.status_code == 200
    work(client, clock)

    left = row(client, clinic_id)
    assert (left.standing, left.email, left.phone) == (Standing.LISTED, None, PHONE)
    assert (left.hours, left.told_on, left.confirmed_at, left.paused) == ({}, {}, None, False)
    assert left.timezone == "America/New_York"
    assert client.get("/api/v1/clinic", headers=bearer).status_code == 401
    assert client.get(own).status_code == 404
    rows = {
        name: count(house(client).database, name)
        for name in ("webhooks", "chiropractors", "clinic_departures")
    }
    assert rows == {"webhooks": 0, "chiropractors": 0, "clinic_departures": 0}
    assert client.get(f"/follow/{sent['follow_token']}").status_code == 200
    seen: Json = client.get(f"/api/v1/clinics/{clinic_id}").json()
    assert {one["source"] for one in seen["sources"]} == {"nppes"}
    desk.take((PRACTICE, at("9 STATE HWY 2")))
    assert row(client, clinic_id).address_1 == "9 State Hwy 2", "imports take over again"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_nobody_answers_ends_by_itself_and_then_the_clinic_has_left(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    client.post(LEAVE, headers=case.admin.bearer)

    for _ in range(3):
        clock.now += timedelta(days=7)
        worker_of(client, None).round()

    assert case.row().state == "expired"
    assert row(client, case.practice.clinic_id).standing is Standing.LISTED


def test_a_visit_keeps_the_name_of_who_treated(
    client: TestClient, desk: Desk, clock: Clock
) -> None:
    clinic_id = joined(desk)
    bearer = admin(client, clinic_id) | {"If-Match": "*"}
    people = "/api/v1/clinic/chiropractors"
    ada, bob = (
        client.post(people, json={"name": name}, headers=bearer).json()["id"]
        for name in ("Dr. Ada Example", "Dr. Bob Example")
    )
    sent = send_request(client, clinic_id)
    moves = f"/api/v1/requests/{sent['id']}/moves"
    visit = {"starts_at": INSIDE_WINDOW, "chiropractor_id": ada}
    client.post(moves, json={"action": "book", **visit}, headers=bearer)
    clock.now += timedelta(days=3)
    assert client.post(moves, json={"action": "complete"}, headers=bearer).status_code == 200
    client.post(LEAVE, headers=bearer)

    work(client, clock)

    assert row(client, clinic_id).standing is Standing.LISTED
    with house(client).database.reading() as session:
        assert session.get(Chiropractor, UUID(ada))
        assert session.get(Chiropractor, UUID(bob)) is None


def test_it_takes_an_admin_key_says_what_is_open_and_can_be_taken_back(
    client: TestClient, clock: Clock
) -> None:
    practice = open_practice(client)
    assert client.post(LEAVE, headers=practice.bearer).status_code == 403
    bearer = admin(client, practice.clinic_id)
    send_request(client, practice.clinic_id)

    first = client.post(LEAVE, headers=bearer).json()
    clock.now += timedelta(minutes=5)
    assert client.post(LEAVE, headers=bearer).json() == first
    assert first == {"leaving_since": "2026-12-01T15:00:00Z", "open_requests": 1}
    own = client.get("/api/v1/clinic", headers=bearer).json()
    assert (own["paused"], own["leaving_since"]) == (True, first["leaving_since"])
    stays = client.post(f"{page(client, practice.clinic_id)}/pause", data={"paused": "no"})
    assert "Pause or leave" in stays.text

    work(client, clock)
    own = client.get("/api/v1/clinic", headers=bearer).json()
    assert (own["paused"], own["leaving_since"], own["standing"]) == (False, None, "joined")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_operator_lets_a_clinic_leave_that_has_joined_and_no_other(
    client: TestClient, desk: Desk
) -> None:
    clinic_id = joined(desk)

    said = desk.run("clinics", "leave", PRACTICE)

    assert "leaves. Nobody can send it a new request. Still open: 0." in said
    assert row(client, clinic_id).paused
    with house(client).database.unit_of_work() as session:
        session.get_one(Clinic, clinic_id).standing = Standing.LISTED
    bearer = admin(client, clinic_id)
    refused = client.post(LEAVE, headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-joined")
