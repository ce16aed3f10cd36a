"""The import command: who is no longer an active chiropractor is no longer shown."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from referral.cli import app, main
from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.providers import COLUMNS
from referral.clinics.service import join
from referral.settings import Settings
from referral.staff.scopes import Scope
from world import add_key, count, house, send_request

SAMPLE = Path(__file__).with_name("npidata_sample.csv")
with SAMPLE.open(encoding="utf-8-sig", newline="") as sample:
    RECORDS = {record["NPI"]: record for record in csv.DictReader(sample)}
TITLES = list(RECORDS["1710229331"])
PRACTICE = "1710229331"
PERSON = next(
    npi for npi, record in RECORDS.items() if record["Provider Last Name (Legal Name)"] == "EXAMPLE"
)
HERE = {COLUMNS["postal_code"]: "30736"}  # so that one search finds them all
Changes = dict[str, str]
Records = list[tuple[str, Changes]]
GONE: Changes = dict.fromkeys(TITLES, "") | {COLUMNS["deactivated"]: "02/08/2026"}
OTHER_WORK: Changes = {
    COLUMNS[name]: "207Q00000X" if name == "taxonomy_1" else ""
    for name in COLUMNS
    if name.startswith("taxonomy_")
}
ABROAD: Changes = {COLUMNS["country"]: "CA"}
BACK: Changes = {COLUMNS["deactivated"]: "02/08/2026", COLUMNS["reactivated"]: "03/01/2026"}


class Desk:
    """The command line on the database of the application under test."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.folder = folder
        keys = settings.keys.get_secret_value()
        self.runner = CliRunner(
            env={"REFERRAL_KEYS": keys, "REFERRAL_DATABASE_URL": settings.database_url}
        )

    def run(self, *command: str) -> str:
        """Run a command that succeeds and return what it prints."""
        result = self.runner.invoke(app, command, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    def take(self, *records: tuple[str, Changes]) -> str:
        """Import a file of these known records, each with its changes."""
        file = self.folder / "npidata_pfile.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, TITLES, quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(
                RECORDS[npi] | HERE | changes | {"NPI": npi} for npi, changes in records
            )
        return self.run("clinics", "import", str(file))


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Desk:
    return Desk(settings, tmp_path)


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
    before = contents(client)

    said = desk.take((PRACTICE, GONE))

    assert "0 taken off, no longer active" in said
    assert f"1 no longer active but in use here, needs a look: {PRACTICE}\n" in said
    assert contents(client) == before
    assert desk.take((PRACTICE, GONE)) == said


def test_a_joined_clinic_stays_without_any_key(client: TestClient, desk: Desk) -> None:
    desk.take((PRACTICE, {}))
    with house(client).database.unit_of_work() as session:
        join(session, PRACTICE, email="desk@example.com", timezone=None, now=house(client).now())

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


def test_a_wrong_file_is_told_every_column_that_it_lacks(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("NPI,Entity Type Code\n")
    monkeypatch.setenv("REFERRAL_KEYS", settings.keys.get_secret_value())
    monkeypatch.setenv("REFERRAL_DATABASE_URL", settings.database_url)
    monkeypatch.setattr("sys.argv", ["referral", "clinics", "import", str(file)])

    with pytest.raises(SystemExit):
        main()

    said = capsys.readouterr().err
    assert all(
        f"named {title}." in said for title in {*COLUMNS.values()} - {"NPI"} - {"Entity Type Code"}
    )
    assert "named NPI." not in said


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


def contents(client: TestClient) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with house(client).database.reading() as session:
        return {
            name: sorted(map(repr, session.execute(table.select()).all()))
            for name, table in SQLModel.metadata.tables.items()
        }
