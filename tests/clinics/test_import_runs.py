"""An import is all or nothing, goes on where it was, and names every line that it refuses."""

from collections import Counter
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from importer import GONE, PERSON, PRACTICE, RECORDS, Desk
from referral.cli.importing import GOING_ON
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.register import nppes, sources, staging
from referral.clinics.register.importing import publish
from referral.clinics.register.models import ImportRun
from referral.clinics.register.nppes import Found
from referral.clinics.register.providers import COLUMNS
from referral.clinics.register.records import Mark
from referral.errors import ConflictError
from referral.settings import ROOT
from world import count, house

ZIPS = ZipCentroids.load(ROOT / "data" / "zip_centroids.csv")
ALL = [(npi, {name: RECORDS[npi][name] for name in COLUMNS.values()}) for npi in RECORDS]


def test_an_interrupted_run_goes_on_where_it_was(client: TestClient, desk: Desk) -> None:
    database, now = house(client).database, house(client).now()
    file = desk.file(*ALL)
    (source,) = sources.find([file])
    with database.unit_of_work() as session:
        run = staging.begin(session, [source], now=now)
    found: list[Found] = []
    with source.open(source.start) as stream:
        for outcome in nppes.read(
            stream, source.layout, source.start, known=set(), zips=ZIPS, stretch=1
        ):
            if isinstance(outcome, Found):
                found.append(outcome)
            elif isinstance(outcome, Mark):
                counted = Counter({reason.code: n for reason, n in outcome.passed.items()})
                with database.unit_of_work() as session:
                    staging.stage(session, found)
                    run = staging.advance(session, run, outcome, counted=counted)
                if outcome.line > 20:
                    break

    said = desk.take_files(file)

    assert GOING_ON in said
    assert (row(said, "New in the directory"), row(said, "Left out: Not a chiro")) == (30, 6)
    assert row(said, "Left out: The NPI is no longer active") == 4
    assert count(database, "staged") == 0
    assert GOING_ON not in desk.take_files(file)


def test_readers_see_the_old_directory_until_all_of_the_new_one_is_there(
    client: TestClient, desk: Desk
) -> None:
    desk.take((PRACTICE, {}))
    before = shown(client)
    run = staged(client, desk, (PERSON, {}), (PRACTICE, GONE))
    seen: list[Any] = []

    with house(client).database.unit_of_work() as session:
        publish(
            session,
            run,
            zips=ZIPS,
            now=house(client).now(),
            told=lambda *_: seen.append(shown(client)),
        )
        seen.append(shown(client))

    assert seen
    assert all(npis == before == {PRACTICE} for npis in seen)
    assert shown(client) == {PERSON}


def test_a_run_that_fails_changes_nothing_and_can_be_made_again(
    client: TestClient, desk: Desk
) -> None:
    desk.take((PRACTICE, {}))
    run = staged(client, desk, (PERSON, {}), (PRACTICE, GONE))

    with pytest.raises(ZeroDivisionError), house(client).database.unit_of_work() as session:
        publish(session, run, zips=ZIPS, now=house(client).now(), told=fail)
    assert shown(client) == {PRACTICE}

    said = desk.take((PERSON, {}), (PRACTICE, GONE))
    assert GOING_ON in said
    assert shown(client) == {PERSON}


def test_a_run_stops_when_another_has_begun(client: TestClient, desk: Desk) -> None:
    run = staged(client, desk, (PERSON, {}))
    desk.take((PRACTICE, {}))

    with house(client).database.unit_of_work() as session, pytest.raises(ConflictError):
        publish(session, run, zips=ZIPS, now=house(client).now())
    assert shown(client) == {PRACTICE}


def test_every_line_that_is_refused_is_named_and_the_others_are_taken(
    client: TestClient, desk: Desk
) -> None:
    file = desk.file(
        (PRACTICE, {}),
        ("1999900041", {}),
        (PERSON, {COLUMNS["postal_code"]: "00000"}),
        ("1000000004", {COLUMNS["taxonomy_1"]: "207Q00000X"}),
        ("1000000005", {COLUMNS["taxonomy_1"]: "207Q00000X"}),
        ("1000000012", {COLUMNS["first_name"]: "LAST"}),
    )
    lines = file.read_bytes().splitlines(keepends=True)
    lines[4:4] = [b'"1000000020","1","too short"\n', lines[1].replace(b"MCCARVER", b"M\xffCARVER")]
    file.write_bytes(b"".join(lines))

    said = desk.take_files(file)

    named = [line for line in said.splitlines() if line.startswith("npidata_pfile.csv, line")]
    assert named == [
        "npidata_pfile.csv, line 3: The NPI is not ten digits, or its check digit is wrong",
        "npidata_pfile.csv, line 4: We do not know where the ZIP code is",
        "npidata_pfile.csv, line 5: Too few or too many columns",
        "npidata_pfile.csv, line 6: The line is not UTF-8 text",
        "npidata_pfile.csv, line 8: The NPI is not ten digits, or its check digit is wrong",
    ]
    assert row(said, "Refused: The NPI is not ten") == 2
    assert row(said, "Refused: Too few") == row(said, "Refused: We do not know") == 1
    assert row(said, "New in the directory") == 2
    assert "Last Example" in client.get("/clinics?zip=30736").text


def test_what_a_run_has_counted_is_kept(client: TestClient, desk: Desk) -> None:
    desk.take_files(desk.file(*ALL))
    with house(client).database.reading() as session:
        run = session.exec(select(ImportRun)).one()
    assert run.finished_at is not None
    assert run.tally == {"new": 30, "not-chiropractor": 6, "deactivated": 4}


def fail(_done: int, _all: int) -> None:
    raise ZeroDivisionError


def staged(client: TestClient, desk: Desk, *records: Any) -> ImportRun:  # noqa: ANN401 - as Desk.file
    """Read a file of these records, and stop before it becomes the directory."""
    database, now = house(client).database, house(client).now()
    (source,) = sources.find([desk.file(*records)])
    with database.unit_of_work() as session:
        run = staging.begin(session, [source], now=now)
        known = staging.known_npis(session)
    with source.open(source.start) as stream:
        outcomes = nppes.read(stream, source.layout, source.start, known=known, zips=ZIPS)
        *found, end = outcomes
    assert isinstance(end, Mark)
    with database.unit_of_work() as session:
        staging.stage(session, [one for one in found if isinstance(one, Found)])
        return staging.advance(session, run, end)


def shown(client: TestClient) -> set[str]:
    found = client.get("/api/v1/clinics?zip=30736&limit=50").json()["clinics"]
    return {clinic["npi"] for clinic in found}


def row(said: str, words: str) -> int:
    """Return the number beside `words` in the report."""
    (line,) = [line for line in said.splitlines() if words in line and "│" in line]
    return int(line.split("│")[2])
