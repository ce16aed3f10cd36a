"""The page behind a clinic's mailed link: its details are changed there, and it pauses."""

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.clinics.membership.own_page import page_of
from referral.clinics.models import Clinic
from situations import begin
from world import Json, Practice, house, open_practice


@pytest.fixture
def practice(client: TestClient) -> Practice:
    return open_practice(client, email="desk@example.com")


def page(client: TestClient, practice: Practice) -> str:
    """Return the address of the clinic's own page."""
    parts = house(client)
    with parts.database.unit_of_work() as session:
        clinic = session.get_one(Clinic, practice.clinic_id)
        link = page_of(session, clinic, vault=parts.vault, now=parts.now())
    return f"/confirm/{parts.vault.link_token(link.id, link.token_hash)}"


def own(client: TestClient, practice: Practice) -> Json:
    """Return the clinic's record."""
    record: Json = client.get("/api/v1/clinic", headers=practice.bearer).json()
    return record


@pytest.mark.parametrize(
    ("section", "typed", "changes"),
    [
        (
            "contact",
            {"phone": "303 555 0142", "email": "new@example.com", "timezone": "America/Denver"},
            {"phone": "+13035550142", "email": "new@example.com", "timezone": "America/Denver"},
        ),
        (
            "patients",
            {"accepting": "waitlist", "next_free_week": "2026-12-10"},
            {"accepting": "waitlist", "next_free_week": "2026-12-07"},
        ),
        (
            "access",
            {"accessibility": ["step_free", "seated"]},
            {"accessibility": ["step_free", "seated"]},
        ),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_section_changes_what_stands_in_it_and_nothing_else(
    client: TestClient, practice: Practice, *, section: str, typed: Json, changes: Json
) -> None:
    before = own(client, practice)

    saved = client.post(f"{page(client, practice)}/{section}", data=typed)

    assert "Saved" in saved.text
    assert own(client, practice) == before | changes
    with house(client).database.reading() as session:
        assert session.get_one(Clinic, practice.clinic_id).told_on.keys() == changes.keys()


def test_people_are_added_changed_and_taken_off_but_not_who_has_visits(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    address = f"{page(client, case.practice)}/people"
    first = case.practice.chiropractor_id
    client.post(address, data={"name_new1": "Dr. Ada Example", "credential_new1": "DC"})
    added = {one["name"]: one["id"] for one in own(client, case.practice)["chiropractors"]}
    case.staff("book", starts_at="2026-12-03T09:30:00-05:00", chiropractor_id=str(first))

    gone = {f"gone_{first}": "yes", f"name_{added['Dr. Ada Example']}": "Dr. Ada Other"}
    refused = client.post(address, data=gone)

    assert refused.status_code == 422
    assert "This chiropractor has visits" in refused.text
    assert f'name="gone_{first}" value="yes" checked' in refused.text
    people = own(client, case.practice)["chiropractors"]
    assert [one["name"] for one in people] == ["Dr. Ada Example", "Dr. Made Up"], "all or nothing"
    client.post(address, data={f"gone_{added['Dr. Ada Example']}": "yes"})
    people = own(client, case.practice)["chiropractors"]
    assert people == [{"id": str(first), "name": "Dr. Made Up", "credential": "DC"}]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_pauses_and_goes_on(client: TestClient, practice: Practice) -> None:
    address = page(client, practice)

    paused = client.post(f"{address}/pause", data={"paused": "yes"})
    assert "takes no requests here for now" in paused.text
    assert own(client, practice)["takes_requests"] is False
    again = client.post(f"{address}/pause", data={"paused": "no"})
    assert "Take requests again" not in again.text
    assert own(client, practice)["takes_requests"] is True


@pytest.mark.parametrize("path", ["/nothing", "/leave/x"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_there_is_no_other_section(client: TestClient, practice: Practice, path: str) -> None:
    assert client.get(f"{page(client, practice)}{path}").status_code == 404
