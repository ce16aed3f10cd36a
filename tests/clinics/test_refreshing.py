"""One provider is brought up to the register on demand, and nothing else is touched."""

from collections.abc import Iterator

import pytest
from sqlmodel import select
from starlette.testclient import TestClient
from typer.testing import Result

from importer import HERE, PERSON, PRACTICE, RECORDS, Changes, Desk
from npi_register import Register, answer_of, open_register
from referral.cli import app
from referral.cli.importing import GOING_ON
from referral.clinics.models import Clinic
from referral.clinics.register import sources, staging
from referral.clinics.register.nppes import Found, Kind
from referral.clinics.register.providers import COLUMNS
from world import count, house

MOVED: Changes = {
    COLUMNS["address_1"]: "200 MARKET ST",
    COLUMNS["last_updated"]: "11/20/2026",
}


@pytest.fixture
def register() -> Iterator[Register]:
    with open_register() as running:
        yield running


def test_a_provider_is_new_unchanged_changed_and_gone(
    client: TestClient, desk: Desk, register: Register
) -> None:
    tell(register, PRACTICE)
    assert "New in the directory" in refresh(desk, register, PRACTICE).output
    desk.take((PRACTICE, {}))
    # What the answer says is what the file says.
    assert "Unchanged" in refresh(desk, register, PRACTICE).output

    tell(register, PRACTICE, MOVED)
    said = refresh(desk, register, PRACTICE)
    assert (said.exit_code, said.output) == (0, f"{PRACTICE}: Brought up to date\n")
    assert addresses(client) == {PRACTICE: "200 Market St"}
    # The file of last week does not know it yet.
    desk.take((PRACTICE, {}))
    assert addresses(client) == {PRACTICE: "200 Market St"}

    register.answers[PRACTICE] = answer_of(RECORDS[PRACTICE] | HERE, taxonomies=[])
    assert refresh(desk, register, PRACTICE).output == (
        f"{PRACTICE}: Left out: Not a chiropractor\n"
        f"{PRACTICE}: No longer active\n"
        "1 taken off, no longer active\n"
    )
    assert addresses(client) == {}


def test_who_has_joined_keeps_everything_and_who_is_not_found_stays(
    client: TestClient, desk: Desk, register: Register
) -> None:
    desk.take((PRACTICE, {}), (PERSON, {COLUMNS["address_1"]: "300 MAIN ST"}))
    desk.run("clinics", "join", PRACTICE, "--email", "desk@example.com")
    before = addresses(client)
    tell(register, PRACTICE, MOVED)

    said = refresh(desk, register, PERSON, PRACTICE)

    assert said.exit_code == 1
    not_found, own = said.output.splitlines()
    assert not_found.startswith(f"{PERSON}: The register has no active provider with this NPI.")
    assert own.startswith(f"{PRACTICE}: Left alone: the clinic has joined")
    assert addresses(client) == before


def test_an_import_that_waits_is_not_disturbed(
    client: TestClient, desk: Desk, register: Register
) -> None:
    database, now = house(client).database, house(client).now()
    file = desk.file((PERSON, {}))
    (source,) = sources.find([file])
    with database.unit_of_work() as session:
        run = staging.begin(session, [source], now=now)
        staging.stage(session, [Found(Kind.NAMES, PRACTICE, {"text": "Half"}, key="Half")])
        staging.advance(session, run, source.start, source=1)
    tell(register, PRACTICE)

    refresh(desk, register, PRACTICE)

    assert count(database, "staged") == 1
    with database.reading() as session:
        assert "Half" not in session.exec(select(Clinic)).one().other_names
    assert GOING_ON in desk.take_files(file)


def test_a_wrong_check_digit_is_said_before_anybody_is_asked(
    desk: Desk, register: Register
) -> None:
    said = refresh(desk, register, PRACTICE, "1710229332")

    assert said.exit_code == 1
    assert str(said.exception) == (
        "1710229332: The NPI is not ten digits, or its check digit is wrong"
    )
    assert register.asked == []


def tell(register: Register, npi: str, changes: Changes | None = None) -> None:
    """Let the register know a provider, where the file of the desk has it."""
    register.answers[npi] = answer_of({**RECORDS[npi], **HERE, **(changes or {})})


def refresh(desk: Desk, register: Register, *npis: str) -> Result:
    """Run the command against this register."""
    asked = {"REFERRAL_NPI_REGISTRY_URL": register.address}
    return desk.runner.invoke(app, ["clinics", "refresh", *npis], env=asked)


def addresses(client: TestClient) -> dict[str | None, str]:
    with house(client).database.reading() as session:
        rows = session.exec(select(Clinic.npi, Clinic.address_1)).all()
    return dict(rows)
