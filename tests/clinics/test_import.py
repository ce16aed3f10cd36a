"""The import command: who is no longer an active chiropractor is no longer shown."""

import re
from collections.abc import Collection
from typing import Any

import pytest
from sqlmodel import SQLModel, select
from starlette.testclient import TestClient

from importer import GONE, PERSON, PRACTICE, TITLES, Changes, Desk
from referral.cli import main
from referral.clinics.membership.joining import join, named
from referral.clinics.membership.schemas import ClinicChanges
from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.register.providers import COLUMNS
from referral.staff.scopes import Scope
from world import add_key, count, house, send_request

Records = list[tuple[str, Changes]]
OTHER_WORK: Changes = {
    COLUMNS[name]: "207Q00000X" if name == "taxonomy_1" else ""
    for name in COLUMNS
    if name.startswith("taxonomy_")
}
ABROAD: Changes = {COLUMNS["country"]: "CA"}
BACK: Changes = {COLUMNS["deactivated"]: "02/08/2026", COLUMNS["reactivated"]: "03/01/2026"}


@pytest.mark.parametrize("changes", [GONE, OTHER_WORK, ABROAD])
def test_a_listed_clinic_that_is_no_longer_active_is_taken_off(
    client: TestClient, desk: Desk, changes: Changes
) -> None:
    desk.take((PRACTICE, {}), (PERSON, {}))
    assert shown(client) == {PRACTICE, PERSON}

    said = desk.take((PERSON, changes))

    assert "1 taken off, no longer active" in said
    assert "needs a look" not in said
    assert shown(client) == {PRACTICE}
    assert count(house(client).database, "chiropractors") == 0
    assert count(house(client).database, "event_counters") == 1


def test_a_clinic_whose_hours_nobody_told_us_is_not_shown_as_closed(
    client: TestClient, desk: Desk
) -> None:
    desk.take((PRACTICE, {}))
    pages = ("/clinics?zip=30736", f"/clinics/{clinic_id(client, PRACTICE)}")

    shown = [client.get(page).text for page in pages]
    desk.run("clinics", "join", PRACTICE, "--email", "desk@example.com")
    joined = [client.get(page).text for page in pages]

    assert not [page for page in shown if "Closed" in page or "Hours" in page]
    assert [page for page in joined if "Saturday and Sunday: Closed" in page] == joined


def test_a_renamed_person_is_renamed_as_clinic_and_as_chiropractor(
    client: TestClient, desk: Desk
) -> None:
    renamed = {COLUMNS["first_name"]: "RENAMED"}
    desk.take((PERSON, {}))
    before = people(client)

    desk.take((PERSON, renamed))
    after = people(client)
    said = desk.take((PERSON, renamed))

    assert "Renamed" in after[0][0]
    assert "Renamed" in after[0][1]
    assert before != after == people(client)
    assert re.search(r"Unchanged\W+1\b", said)


def test_the_same_file_again_changes_nothing(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, {}), (PERSON, {}))
    later = ((PRACTICE, GONE), (PERSON, {COLUMNS["city"]: "SPRINGFIELD"}))
    desk.take(*later)
    before = contents(client)

    said = desk.take(*later)

    assert "0 taken off, no longer active" in said
    assert contents(client) == before


def test_a_joined_clinic_stays_and_is_named(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, {}), (PERSON, {}))
    desk.run("clinics", "join", PRACTICE, "--email", "desk@example.com")
    send_request(client, clinic_id(client, PRACTICE))
    before = contents(client, but={"import_runs", "register"})
    needs_look = f"1 no longer active but in use here, needs a look: {PRACTICE}\n"

    said = desk.take((PRACTICE, GONE))

    assert "0 taken off, no longer active" in said
    assert needs_look in said
    assert contents(client, but={"import_runs", "register"}) == before
    assert needs_look in desk.take((PRACTICE, GONE))


def test_a_joined_clinic_stays_without_any_key(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, {}))
    with house(client).database.unit_of_work() as session:
        email = ClinicChanges(email="desk@example.com")
        join(session, named(session, PRACTICE), email, now=house(client).now())

    said = desk.take((PRACTICE, GONE))

    assert f"needs a look: {PRACTICE}\n" in said
    assert shown(client) == {PRACTICE}


def test_a_listed_clinic_with_a_key_stays_and_is_named(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, {}), (PERSON, {}))
    add_key(client, clinic_id(client, PRACTICE), Scope.READ)

    said = desk.take((PERSON, OTHER_WORK), (PRACTICE, GONE))

    assert "1 taken off, no longer active" in said
    assert f"1 no longer active but in use here, needs a look: {PRACTICE}\n" in said
    assert shown(client) == {PRACTICE}


def test_a_listed_clinic_that_once_had_requests_stays_and_is_named(
    client: TestClient, desk: Desk
) -> None:
    desk.take((PRACTICE, {}))
    desk.run("clinics", "join", PRACTICE, "--email", "desk@example.com")
    send_request(client, clinic_id(client, PRACTICE))
    with house(client).database.engine.begin() as connection:
        # No command leaves the directory's online part: an operator does it by hand.
        connection.exec_driver_sql("UPDATE clinics SET standing = 'listed'")
        connection.exec_driver_sql("DELETE FROM staff_keys")

    said = desk.take((PRACTICE, GONE))

    assert f"needs a look: {PRACTICE}\n" in said
    assert shown(client) == {PRACTICE}


def test_a_reactivated_npi_is_listed_again(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, {}))
    desk.take((PRACTICE, GONE))
    assert shown(client) == set()

    said = desk.take((PRACTICE, BACK))

    assert "0 taken off" in said
    assert shown(client) == {PRACTICE}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ([], [(PRACTICE, {}), (PRACTICE, GONE)], set()),
        ([(PRACTICE, {})], [(PRACTICE, GONE), (PRACTICE, BACK)], {PRACTICE}),
    ],
)
def test_the_last_record_of_an_npi_decides(
    client: TestClient, desk: Desk, *, before: Records, now: Records, expected: set[str]
) -> None:
    desk.take(*before)

    desk.take(*now)

    assert shown(client) == expected


def test_a_record_that_cannot_be_trusted_takes_nothing_off(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, {}))

    said = desk.take((PRACTICE, {COLUMNS["postal_code"]: ""}))

    assert "0 taken off" in said
    assert shown(client) == {PRACTICE}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"NPI,Entity Type Code\n", "This is not a file of the national provider register"),
        (b"\x7fELF\x02\x01\x01\x00" * 9, "This is not a file of the national provider register"),
        (b"", "This is not a file of the national provider register"),
        (
            ",".join(title for title in TITLES if title != "Last Update Date").encode(),
            "The provider file has no column named Last Update Date.",
        ),
    ],
)
def test_a_wrong_file_gets_one_sentence(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    content: bytes,
    sentence: str,
) -> None:
    file = desk.folder / "wrong.csv"
    file.write_bytes(content)
    for name, value in (desk.runner.env or {}).items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setattr("sys.argv", ["referral", "clinics", "import", str(file)])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith(f"wrong.csv: {sentence}")
    assert len(said.splitlines()) == 1


def shown(client: TestClient) -> set[str]:
    """Return the NPIs that the public sees where the sample's practice is."""
    found = client.get("/api/v1/clinics?zip=30736&limit=50").json()["clinics"]
    return {clinic["npi"] for clinic in found}


def people(client: TestClient) -> list[tuple[str, str]]:
    """Return the names of clinics and of their chiropractors."""
    of = select(Clinic.name, Chiropractor.name).join(Chiropractor)
    with house(client).database.reading() as session:
        return list(session.exec(of).all())


def clinic_id(client: TestClient, npi: str) -> Any:  # noqa: ANN401 - as SQLModel gives it
    with house(client).database.reading() as session:
        return session.exec(select(Clinic.id).where(Clinic.npi == npi)).one()


def contents(
    client: TestClient, *, but: Collection[str] = ("import_runs",)
) -> dict[str, list[Any]]:
    """Return every row of every table, but those of some."""
    with house(client).database.reading() as session:
        return {
            name: sorted(map(repr, session.execute(table.select()).all()))
            for name, table in SQLModel.metadata.tables.items()
            if name not in but
        }
