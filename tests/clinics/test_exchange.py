"""The directory goes out and comes in again, and nothing is lost, or told that is private."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlmodel import SQLModel, col, select
from starlette.testclient import TestClient

from conftest import NOON
from foreign import FOREIGN, changed, placed
from importer import PERSON, PRACTICE, RECORDS, Desk
from referral.cli import app
from referral.clinics.exchange import demo
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.register.providers import COLUMNS
from referral.clinics.register.supplements import LOCATION_COLUMNS
from referral.clinics.standing import Standing
from referral.db import Database
from referral.settings import ROOT, Settings, new_ring
from world import house

ZIPS = ZipCentroids.load(ROOT / "data" / "zip_centroids.csv")
DANISH = ("--timezone", "Europe/Copenhagen", "--source", "Kiro DK")
ELSEWHERE = {"address_1": "9 Plaza Sq", "city": "Ringgold", "state": "GA", "postal_code": "30736"}


def test_a_round_trip_changes_nothing_and_tells_nothing_private(
    sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    one = tmp_path / "one.json"
    with service(sqlite_url, tmp_path) as (here, database):
        fill(here, database)
        here.run("clinics", "export", str(one))
        before = contents(database)
        again = here.run("clinics", "import", str(one))
        assert contents(database) == before
        with database.reading() as session:
            public = session.exec(select(Clinic.id).where(col(Clinic.is_public))).all()
            hidden = session.exec(select(Clinic.name).where(~col(Clinic.is_public))).all()
    with service(postgresql_url, tmp_path) as (there, database):
        said = there.run("clinics", "import", str(one))
        other = there.runner.invoke(app, ["clinics", "export", "-"]).stdout_bytes
        after = contents(database)
        said_again = there.run("clinics", "import", str(one))
        assert contents(database) == after
        with database.reading() as session:
            taken = session.exec(select(Clinic)).all()

    assert other == one.read_bytes()
    page = json.loads(one.read_bytes())
    assert page["total_items"] == len(page["contents"]) == len(public) > 70
    assert row(again, "joined") + row(again, "another source") == len(public)
    assert row(said, "New") == row(said_again, "Unchanged") == len(public)
    assert {(c.standing, c.source, c.is_public) for c in taken} == {(Standing.LISTED, "hsds", True)}
    assert {clinic.id for clinic in taken} == {*public}
    assert hidden
    for private in ("@", *(f'"{name}"' for name in hidden)):
        assert private.encode() not in one.read_bytes()


def test_a_list_changes_and_ends_its_own_clinics_and_names_what_it_cannot_take(
    client: TestClient, desk: Desk
) -> None:
    with_doctor = changed(
        contacts=[{"name": "Kim Eksempel", "title": "DC", "attributes": FOREIGN["attributes"]}]
    )
    file = written(desk, with_doctor, placed(id="8", latitude=55.9))
    said = desk.run("clinics", "import", str(file), *DANISH)
    assert row(said, "New") == 2
    assert "abroad.json, record 1: Taken without: Opening hours" in said
    first, second = clinics(client)
    assert (first.source, first.email, first.country) == ("Kiro DK", "hej@ryg.example", "DK")
    near = client.get("/api/v1/clinics?near=55.7,12.57&name=kim").json()["clinics"]
    assert [clinic["id"] for clinic in near] == [str(first.id)]
    page = client.get(f"/clinics/{first.id}").text
    assert "København, 2100" in page
    assert "from Kiro DK" in page
    assert '"addressCountry": "DK"' in page
    assert "Clinics nearby" not in page
    before = contents(house(client).database)
    assert row(desk.run("clinics", "import", str(file), *DANISH), "Unchanged") == 2
    assert contents(house(client).database) == before

    desk.run("clinics", "join", str(second.id), "--email", "desk@example.com")
    moved = placed(latitude=55.6)
    file = written(desk, moved, moved, placed(id="8", latitude=1), {"id": "9"}, "} {")
    said = desk.run("clinics", "import", str(file), *DANISH)

    assert [row(said, words) for words in ("Brought up to date", "joined")] == [1, 1]
    assert "abroad.json, record 2: Refused: An earlier record of the file has the same id" in said
    assert "abroad.json, record 4: Refused: The record does not have the shape" in said
    assert "abroad.json, record 5: Refused: The record cannot be read as JSON" in said
    assert [clinic.latitude for clinic in clinics(client)] == [55.6, 55.9]
    with house(client).database.reading() as session:
        assert session.exec(select(Chiropractor)).all() == []

    over = written(desk, changed(status="defunct"), placed(id="8") | {"status": "inactive"})
    said = desk.run("clinics", "import", str(over), *DANISH)
    assert "1 taken off" in said
    assert f"1 no longer offered but in use here, needs a look: {second.id}\n" in said
    assert [clinic.id for clinic in clinics(client)] == [second.id]


def test_each_clinic_has_one_source(client: TestClient, desk: Desk) -> None:
    file = written(desk, named(PRACTICE, id=str(UUID(int=8))))
    desk.run("clinics", "import", str(file), *DANISH)
    other = ("--source", "Other list", *DANISH[:2])
    assert row(desk.run("clinics", "import", str(file), *other), "another source") == 1
    (before,) = clinics(client)
    together = {COLUMNS["address_1"]: "100 MAIN ST"}

    desk.take((PRACTICE, together), (PERSON, together))

    (after,) = clinics(client)
    assert (before.source, after.source) == ("Kiro DK", "nppes")
    assert (after.id, after.country) == (before.id, "US")
    file = written(desk, named(PRACTICE, id=str(UUID(int=8))), named(PERSON), named("1003000126"))
    said = desk.run("clinics", "import", str(file), *DANISH)
    assert (row(said, "another source"), row(said, "New")) == (2, 1)
    file = written(desk, named(PRACTICE, id=str(UUID(int=8))) | {"status": "defunct"})
    assert "0 taken off" in desk.run("clinics", "import", str(file), *DANISH)


def named(npi: str, **place: str) -> Any:  # noqa: ANN401 - JSON
    """Return a service of an organization with this NPI; each at a place of its own."""
    known = [{"identifier_type": "NPI", "identifier": npi}]
    organization = {"name": "Spine", "organization_identifiers": known}
    return placed(**{"id": npi, **place}) | {"organization": organization}


@contextmanager
def service(url: str, folder: Path) -> Iterator[tuple[Desk, Database]]:
    """Open a service of its own on a database."""
    settings = Settings(_env_file=None, keys=SecretStr(new_ring()), database_url=url)
    database = Database(url, pool_size=2)
    yield Desk(settings, folder), database
    database.engine.dispose()


def fill(desk: Desk, database: Database) -> None:
    """Have clinics of all kinds: with every detail, of the register, with two places, hidden."""
    with database.unit_of_work() as session:
        for clinic in demo.add(session, ROOT / "data" / "demo_clinics.csv", zips=ZIPS, now=NOON):
            clinic.closed_on, clinic.keeps_holidays = ["2026-12-28"], False
    place = {LOCATION_COLUMNS[name]: value for name, value in ELSEWHERE.items()}
    beside = desk.beside("pl_pfile", {LOCATION_COLUMNS["npi"]: PRACTICE} | place)
    desk.take_files(desk.file(*((npi, dict(record)) for npi, record in RECORDS.items())), beside)
    desk.run("clinics", "join", PRACTICE, "--email", "desk@private.example")


def written(desk: Desk, *services: Any) -> Path:  # noqa: ANN401 - JSON
    """Write services one after the other; a text as it is."""
    file = desk.folder / "abroad.json"
    lines = (one if isinstance(one, str) else json.dumps(one) for one in services)
    file.write_text("\n".join(lines))
    return file


def clinics(client: TestClient) -> list[Clinic]:
    with house(client).database.reading() as session:
        return list(session.exec(select(Clinic).order_by(col(Clinic.latitude))).all())


def contents(database: Database) -> dict[str, list[str]]:
    """Return every row of every table."""
    with database.reading() as session:
        return {
            name: sorted(map(repr, session.execute(table.select()).all()))
            for name, table in SQLModel.metadata.tables.items()
        }


def row(said: str, words: str) -> int:
    """Return the number beside `words` in the report."""
    (line,) = [line for line in said.splitlines() if words in line and "│" in line]
    return int(line.split("│")[2])
