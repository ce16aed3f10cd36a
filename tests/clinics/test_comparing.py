"""A clinic that has joined keeps its details, and is shown what the register says otherwise."""

from sqlmodel import select
from starlette.testclient import TestClient

from importer import GONE, PERSON, PRACTICE, Desk, at
from referral.clinics.membership.own_page import page_of
from referral.clinics.models import Clinic
from referral.clinics.register.providers import COLUMNS
from referral.staff.scopes import Scope
from world import Json, add_key, house


def test_an_import_never_overwrites_a_clinic_that_has_joined(
    client: TestClient, desk: Desk
) -> None:
    desk.take((PRACTICE, {}))
    bearer = joined(client, desk)
    change = client.get("/api/v1/clinic", headers=bearer)
    own = client.patch(
        "/api/v1/clinic",
        json={"phone": "+17065550142"},
        headers=bearer | {"If-Match": change.headers["ETag"]},
    ).json()
    assert differences(client, bearer) == {"phone": ("+17065550142", "7063959355")}

    moved = at("9 STATE HWY 2") | {COLUMNS["legal_name"]: "SPINE BARN LLC"}
    desk.take((PRACTICE, moved), (PERSON, at("9 STATE HWY 2")))

    assert client.get("/api/v1/clinic", headers=bearer).json() == own
    page = client.get(own_page(client)).text
    assert "Street: The register says “9 State Hwy 2”. You say “6715 Highway 41”." in page
    assert "Phone: The register says “(706) 395-9355”. You say “(706) 555-0142”." in page
    assert "Chiropractors: The register says “Eli Example”. You say nothing." in page
    assert differences(client, bearer) == {
        "name": ("McCarver Family Chiropractic", "Spine Barn LLC"),
        "address_1": ("6715 Highway 41", "9 State Hwy 2"),
        "address_2": ("Ste 1", ""),
        "phone": ("+17065550142", "7063959355"),
        "chiropractors": ("", "Eli Example"),
    }


def test_a_clinic_is_told_that_its_npi_is_no_longer_active(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, {}))
    bearer = joined(client, desk)
    assert differences(client, bearer) == {}

    desk.take((PRACTICE, GONE))

    assert differences(client, bearer) == {"npi": (PRACTICE, "")}


def test_a_clinic_that_is_in_no_register_differs_from_none(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, {}))
    bearer = joined(client, desk)
    with house(client).database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM register")
    assert differences(client, bearer) == {}


def own_page(client: TestClient) -> str:
    """Return the address of the clinic's own page."""
    parts = house(client)
    with parts.database.unit_of_work() as session:
        clinic = session.exec(select(Clinic)).one()
        link = page_of(session, clinic, vault=parts.vault, now=parts.now())
    return f"/confirm/{parts.vault.link_token(link.id, link.token_hash)}"


def joined(client: TestClient, desk: Desk) -> dict[str, str]:
    """Let the practice join, and return the header that lets its staff in."""
    desk.run("clinics", "join", PRACTICE, "--email", "desk@example.com")
    with house(client).database.reading() as session:
        clinic_id = session.exec(select(Clinic.id)).one()
    return {"Authorization": f"Bearer {add_key(client, clinic_id, Scope.ADMIN)[1]}"}


def differences(client: TestClient, bearer: dict[str, str]) -> dict[str, tuple[str, str]]:
    answer = client.get("/api/v1/clinic/register", headers=bearer)
    assert answer.status_code == 200
    items: list[Json] = answer.json()["items"]
    return {item["field"]: (item["yours"], item["register_says"]) for item in items}
