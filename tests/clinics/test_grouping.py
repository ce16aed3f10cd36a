"""Clinics, not rows: who shares an address is one clinic, and several places are one clinic's."""

import re
from uuid import UUID

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from importer import GONE, PERSON, PRACTICE, Changes, Desk, at
from referral.clinics.models import Clinic
from referral.clinics.register.providers import COLUMNS
from world import Json, add_key, house

# Well-formed NPIs that nobody has.
ANN, BEN, OTHER = "1000000004", "1000000012", "1000000020"
HIGHWAY = at("6715 HIGHWAY 41")
HOME = at("12 OAK LN")
PRACTICE_PLACE = {
    "npi": PRACTICE, "address_1": "20 COMMERCE PKWY", "city": "ATLANTA", "state": "GA",
    "postal_code": "303031234", "country": "US", "phone": "4045550142",
}  # fmt: skip


def named(first: str, last: str = "EXAMPLE") -> Changes:
    return {COLUMNS["first_name"]: first, COLUMNS["last_name"]: last}


def test_persons_and_an_organization_at_one_address_are_one_clinic(
    client: TestClient, desk: Desk
) -> None:
    desk.take(
        (ANN, named("ANN") | at("6715 Highway 41")),
        (PRACTICE, at("6715 HWY 41", "")),
        (BEN, named("BEN") | at("6715 HIGHWAY 41.")),
    )

    (clinic,) = near(client)

    assert (clinic["npi"], clinic["name"]) == (PRACTICE, "McCarver Family Chiropractic")
    assert [person["name"] for person in clinic["chiropractors"]] == ["Ann Example", "Ben Example"]


def test_a_person_who_comes_and_goes_is_added_and_taken_away(
    client: TestClient, desk: Desk
) -> None:
    desk.take((PRACTICE, HIGHWAY))
    (before,) = near(client)

    desk.take((ANN, named("ANN") | HIGHWAY))
    (joined,) = near(client)
    desk.take((ANN, named("ANN") | at("9 STATE HWY 2")))
    left = near(client)

    assert joined["id"] == before["id"]
    assert [person["name"] for person in joined["chiropractors"]] == ["Ann Example"]
    assert {clinic["npi"]: len(clinic["chiropractors"]) for clinic in left} == {PRACTICE: 0, ANN: 1}


def test_a_clinic_keeps_its_id_when_its_organization_comes_to_be_known(
    client: TestClient, desk: Desk
) -> None:
    desk.take((PERSON, HIGHWAY))
    (before,) = near(client)

    desk.take((PRACTICE, HIGHWAY))

    (after,) = near(client)
    assert (after["id"], before["npi"], after["npi"]) == (before["id"], PERSON, PRACTICE)


def test_two_clinics_become_one_when_they_meet(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, HIGHWAY), (PERSON, at("9 STATE HWY 2")))
    assert len(near(client)) == 2

    said = desk.take((PERSON, HIGHWAY))

    assert "1 taken off" in said
    assert [clinic["npi"] for clinic in near(client)] == [PRACTICE]


def test_the_people_of_an_organization_that_is_gone_stay(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, HIGHWAY), (ANN, named("ANN") | HIGHWAY))

    desk.take((PRACTICE, GONE))

    assert [clinic["npi"] for clinic in near(client)] == [ANN]


def test_of_two_organizations_the_older_gives_the_name_and_both_lead_to_it(
    client: TestClient, desk: Desk
) -> None:
    newer = {COLUMNS["legal_name"]: "SPINE BARN LLC", COLUMNS["enumerated"]: "03/21/2020"}
    organization = {COLUMNS["entity"]: "2"}
    desk.take((OTHER, {**newer, **organization, **HIGHWAY}), (PRACTICE, HIGHWAY))

    (clinic,) = near(client)

    assert clinic["npi"] == PRACTICE
    assert clinic["other_names"] == ["Spine Barn LLC"]
    assert ids(near(client, name="barn spine")) == [clinic["id"]]


def test_a_person_alone_at_what_may_be_a_home_is_not_shown_until_they_join(
    client: TestClient, desk: Desk
) -> None:
    desk.take((PERSON, HOME))
    with house(client).database.reading() as session:
        clinic_id = session.exec(select(Clinic.id)).one()
    addresses = (f"/clinics/{clinic_id}", f"/api/v1/clinics/{clinic_id}")
    assert near(client) == near(client, name="example") == []
    assert [client.get(address).status_code for address in addresses] == [404, 404]

    desk.run("clinics", "join", PERSON, "--email", "desk@example.com")

    assert ids(near(client)) == [str(clinic_id)]
    assert [client.get(address).status_code for address in addresses] == [200, 200]


def test_a_home_is_not_given_away_by_another_place(client: TestClient, desk: Desk) -> None:
    office = desk.beside("pl_pfile", PRACTICE_PLACE | {"npi": PERSON})
    desk.take_files(desk.file((PERSON, HOME)), office)
    assert near(client, zip_code="30303") == []


@pytest.mark.parametrize(
    "others",
    [[(PRACTICE, HOME)], [(ANN, named("ANN") | HOME)], [(PERSON, at("12 OAK LN", "STE 1"))]],
)
def test_nobody_is_hidden_who_is_not_alone_at_a_home(
    client: TestClient, desk: Desk, others: list[tuple[str, Changes]]
) -> None:
    desk.take((PERSON, HOME), *others)
    assert len(near(client)) == 1


def test_a_clinic_joins_by_the_npi_of_any_of_its_people(desk: Desk) -> None:
    desk.take((PRACTICE, HIGHWAY), (PERSON, HIGHWAY))

    said = desk.run("clinics", "join", PERSON, "--email", "desk@example.com")

    assert "McCarver Family Chiropractic has joined." in said


def test_more_places_are_places_of_one_clinic(client: TestClient, desk: Desk) -> None:
    same = {"address_1": "6715 HWY 41", "city": "RINGGOLD", "postal_code": "30736"}
    others = PRACTICE_PLACE | {"npi": OTHER}
    places = desk.beside("pl_pfile", PRACTICE_PLACE, PRACTICE_PLACE | same, others)
    desk.take_files(desk.file((PRACTICE, HIGHWAY)), places)

    (here,) = near(client)
    (there,) = near(client, zip_code="30303")

    assert here["id"] == there["id"]
    assert len(here["places"]) == 1
    assert here["nearest_place"] is None
    assert there["nearest_place"] == here["places"][0] == there["places"][0]
    assert there["nearest_place"]["address_1"] == "20 Commerce Pkwy"
    assert there["distance_miles"] < 5
    page = client.get("/clinics?zip=30303").text
    assert "20 Commerce Pkwy" in page
    assert "(404) 555-0142" in page
    assert "Also at" in client.get(f"/clinics/{here['id']}").text


def test_a_place_is_not_shown_where_a_clinic_of_its_own_stands(
    client: TestClient, desk: Desk
) -> None:
    places = desk.beside("pl_pfile", PRACTICE_PLACE)
    branch = (PERSON, at("20 COMMERCE PKWY", "", "30303"))
    desk.take_files(desk.file((PRACTICE, HIGHWAY), branch), places)
    (both,) = near(client, zip_code="30303", radius=5)

    desk.take((PERSON, GONE))

    assert both["npi"] == PERSON
    assert [clinic["npi"] for clinic in near(client, zip_code="30303", radius=5)] == [PRACTICE]


def test_places_and_names_go_when_their_file_no_longer_has_them(
    client: TestClient, desk: Desk
) -> None:
    main = desk.file((PRACTICE, HIGHWAY))
    places = desk.beside("pl_pfile", PRACTICE_PLACE)
    names = desk.beside("othername_pfile", {"npi": PRACTICE, "name": "SPINE BARN", "kind": "3"})
    desk.take_files(desk.zipped(main, places, names))
    (full,) = near(client)

    desk.take_files(main)
    (kept,) = near(client)
    desk.take_files(main, desk.beside("pl_pfile"), desk.beside("othername_pfile"))
    (empty,) = near(client)

    assert (len(full["places"]), full["other_names"]) == (1, ["Spine Barn"])
    assert kept == full
    assert (empty["places"], empty["other_names"]) == ([], [])
    assert near(client, name="barn") == []


def test_a_name_is_found_by_all_its_words_in_any_order(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, HIGHWAY), (ANN, named("ANN", "O'NEIL") | HIGHWAY))
    for found in (
        "mccarver",
        "Family McCARVER",
        "ann",
        "oneil ann",
        "O\N{RIGHT SINGLE QUOTATION MARK}Neil",
    ):
        assert len(near(client, name=found)) == 1
    assert near(client, name="mccarver barn") == []


def test_a_clinic_in_use_keeps_its_id_and_name_where_it_meets_another(
    client: TestClient, desk: Desk
) -> None:
    desk.take((PERSON, at("9 STATE HWY 2")), (PRACTICE, HIGHWAY))
    (mine,) = near(client, name="example")
    add_key(client, UUID(mine["id"]))

    desk.take((PERSON, HIGHWAY))

    (both,) = near(client)
    assert (both["id"], both["npi"], both["name"]) == (mine["id"], PERSON, mine["name"])
    assert both["other_names"] == ["McCarver Family Chiropractic"]
    assert both["address_1"] == "6715 Highway 41"


def test_whoever_comes_to_a_clinic_that_has_joined_is_no_clinic_of_their_own(
    client: TestClient, desk: Desk
) -> None:
    desk.take((PRACTICE, HIGHWAY))
    desk.run("clinics", "join", PRACTICE, "--email", "desk@example.com")
    before = near(client)

    said = desk.take((ANN, named("ANN") | HIGHWAY))

    assert near(client) == before
    assert re.search(r"New in the directory\W+1\b", said)


def near(
    client: TestClient, *, zip_code: str = "30736", name: str = "", radius: int = 500
) -> list[Json]:
    query: dict[str, str | int] = {"zip": zip_code, "radius": radius, "limit": 50, "name": name}
    found: list[Json] = client.get("/api/v1/clinics", params=query).json()["clinics"]
    return [clinic | {"distance_miles": round(clinic["distance_miles"])} for clinic in found]


def ids(clinics: list[Json]) -> list[str]:
    return [clinic["id"] for clinic in clinics]
