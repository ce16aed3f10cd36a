"""The commands of the record, as the operator calls them."""

import sqlite3
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner, Result

from conftest import NOON
from referral.cli import app
from referral.db import Database
from referral.record.service import Entry, append, open_log
from referral.settings import new_ring, parse_ring
from referral.vault import Vault

CLINIC_ID, REQUEST_ID = UUID(int=1), UUID(int=2)


@pytest.fixture
def file(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a database with three changes, known to the commands."""
    ring = new_ring()
    monkeypatch.setenv("REFERRAL_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("REFERRAL_KEYS", ring)
    database, vault = Database(sqlite_url, pool_size=1), Vault(parse_ring(ring))
    with database.unit_of_work() as session:
        open_log(session, CLINIC_ID)
        for kind in ("requested", "received", "declined"):
            entry = Entry(CLINIC_ID, REQUEST_ID, f"appointment.{kind}", "patient")
            append(session, entry, vault=vault, now=NOON)
    database.engine.dispose()
    return Path(str(make_url(sqlite_url).database))


def call(*words: object) -> Result:
    return CliRunner().invoke(app, ["record", *map(str, words)])


def alter(file: Path, statement: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(statement)


def test_a_record_is_verified_against_what_was_printed_before(file: Path, tmp_path: Path) -> None:
    printed = tmp_path / "checkpoint.txt"
    printed.write_text(call("checkpoint").stdout)
    assert printed.read_text().startswith(f"{CLINIC_ID} events 3 ")

    whole = call("verify", CLINIC_ID, "--against", printed)
    assert (whole.exit_code, whole.stdout) == (0, "Rows read: 3. Faults: 0.\n")

    alter(file, "UPDATE events SET actor = 'system' WHERE number = 2")
    assert call("verify").exit_code == 1
    assert f"{CLINIC_ID} events 2: altered" in call("verify").stdout
    # What stands before the last checkpoint was verified when that was made.
    assert call("verify", "--recent").exit_code == 0

    alter(file, "DELETE FROM events WHERE number = 3")
    alter(file, "DELETE FROM checkpoints")
    alter(file, "UPDATE event_counters SET last = 2")
    assert call("verify", "--against", printed).exit_code == 1


@pytest.mark.usefixtures("file")
def test_a_file_that_is_no_printout_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("something else\n")
    refused = call("verify", "--against", other)
    assert (refused.exit_code, "not what" in refused.stderr) == (2, True)
