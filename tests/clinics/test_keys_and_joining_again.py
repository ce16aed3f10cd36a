"""The command line about keys: what it prints can be used, and joining again makes none."""

import re

import pytest
from sqlmodel import select
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from referral.cli import app
from referral.clinics.models import Clinic
from referral.clinics.standing import Accepting, Standing
from referral.settings import Settings
from world import add_clinic, count, house

NPI = "1710229331"
JOIN = ("clinics", "join", NPI, "--email", "desk@example.com")
UUID = r"[0-9a-f]{8}-[0-9a-f-]{27}"


@pytest.fixture
def runner(settings: Settings) -> CliRunner:
    keys = settings.keys.get_secret_value() if settings.keys else ""
    return CliRunner(env={"REFERRAL_KEYS": keys, "REFERRAL_DATABASE_URL": settings.database_url})


def run(runner: CliRunner, *command: str) -> Result:
    """Run a command that succeeds."""
    result = runner.invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def test_the_first_key_can_be_revoked_by_what_joining_or_listing_prints(
    client: TestClient, runner: CliRunner
) -> None:
    clinic_id = str(add_clinic(client, npi=NPI, standing=Standing.LISTED))
    (joined,) = re.findall(f"Key id: ({UUID})", run(runner, *JOIN).output)
    # A clinic names its keys as it likes.
    run(runner, "keys", "create", clinic_id, "--label", "[/red] takes its \x9b31m place " * 2)

    printed = run(runner, "keys", "list", clinic_id).output
    listed = re.findall(UUID, printed)

    assert "\x9b" not in printed
    assert (len(listed), listed[0]) == (2, joined)
    for key_id in listed:
        run(runner, "keys", "revoke", key_id)


def test_joining_again_changes_nothing_makes_no_key_and_says_how(
    client: TestClient, runner: CliRunner
) -> None:
    clinic_id = add_clinic(client, npi=NPI, standing=Standing.LISTED)
    run(runner, *JOIN)
    with house(client).database.unit_of_work() as session:
        session.get_one(Clinic, clinic_id).accepting = Accepting.NO
    before = clinic(client)

    again = run(runner, *JOIN).output

    assert clinic(client) == before
    assert count(house(client).database, "staff_keys") == 1
    assert "has joined already. Nothing has changed." in again
    assert f"referral keys create {clinic_id} --scope admin" in again


def test_joining_again_with_other_details_changes_only_these(
    client: TestClient, runner: CliRunner
) -> None:
    clinic_id = add_clinic(client, npi=NPI, standing=Standing.LISTED)
    run(runner, *JOIN, "--hours", "tu 10:00-18:00")
    with house(client).database.unit_of_work() as session:
        full = {"accepting": Accepting.NO, "handicap": 21.0}
        session.get_one(Clinic, clinic_id).sqlmodel_update(full)
    before = clinic(client)

    again = run(runner, "clinics", "join", NPI, "--email", "other@example.com").output

    after = clinic(client)
    assert (after.pop("email"), before.pop("email")) == ("other@example.com", "desk@example.com")
    assert after.pop("updated_at") != before.pop("updated_at")
    assert after == before
    assert count(house(client).database, "staff_keys") == 1
    assert "has joined already. Its details are brought up to date." in again


def clinic(client: TestClient) -> dict[str, object]:
    """Return all that is stored of the clinic."""
    with house(client).database.reading() as session:
        row = session.exec(select(Clinic)).one()
        return row.model_dump()
