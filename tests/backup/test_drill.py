"""Drills: a backup taken while others write is brought back, and refused where it is not whole."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from conftest import Clock
from referral import schema
from referral.appointments.models import Appointment
from referral.backup.restoring import restore
from referral.backup.saving import KEYS, renew, save
from referral.backup.sealing import CHUNK, BackupError, Head, lines_of, written
from referral.db import Database
from referral.settings import new_ring, parse_ring
from referral.symptoms.models import AssessmentRow
from referral.vault import Vault
from world import PERSON, house, open_practice, send_request

PLACE = "appointments.person"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """A database of nothing: whatever the backup is of, SQLite takes it."""
    database = Database(f"sqlite:///{tmp_path}/restored.db")
    yield database
    database.engine.dispose()


def counts(database: Database) -> dict[str, int]:
    with database.snapshot() as seen:
        return {
            table.name: seen.scalar(select(func.count()).select_from(table)) or 0
            for table in SQLModel.metadata.sorted_tables
        }


@contextmanager
def writing(client: TestClient, clinic_id: UUID) -> Iterator[None]:
    """Have requests sent without a pause for as long as the block lasts."""
    stop, sent = threading.Event(), threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            send_request(client, clinic_id)
            sent.set()

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        assert sent.wait(10)
        yield
    finally:
        stop.set()
        writer.join()


def test_what_was_taken_while_others_write_comes_back_consistent_and_readable(
    client: TestClient, clock: Clock, tmp_path: Path
) -> None:
    clinic, parts = open_practice(client), house(client)
    first = send_request(client, clinic.clinic_id)
    with writing(client, clinic.clinic_id):
        data = save(parts.database, parts.vault, tmp_path, clock=clock)
    keys = tmp_path / KEYS
    with pytest.raises(BackupError, match="not empty"):
        restore(parts.database, parts.vault, data, keys)
    with parts.database.unit_of_work() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.execute(delete(table))

    told = restore(parts.database, parts.vault, data, keys)

    assert counts(parts.database) == told
    assert 1 < told["appointments"] == told["events"]
    # An assessment is stored a call before its request.
    assert told["assessments"] - told["appointments"] in {0, 1}
    page = client.get(f"/api/v1/follow/{first['follow_token']}")
    opened = client.get(f"/api/v1/requests/{first['id']}", headers=clinic.bearer)
    assert (page.status_code, opened.json()["person"]["name"]) == (200, PERSON["name"])
    with parts.database.reading() as session:
        for row in session.scalars(select(Appointment)):
            assert parts.vault.open_key(row.id, row.wrapped_key or b"").unseal(PLACE, row.person)
    assert {path.stat().st_mode & 0o777 for path in (data, keys)} == {0o600}


def test_a_backup_from_before_an_erasure_restored_with_renewed_keys_stays_unreadable(
    client: TestClient, clock: Clock, tmp_path: Path, empty: Database
) -> None:
    parts, clinic_id = house(client), open_practice(client).clinic_id
    sent = [send_request(client, clinic_id) for _ in range(2)]
    data = save(parts.database, parts.vault, tmp_path, clock=clock)
    sent.append(send_request(client, clinic_id))
    assert client.delete(f"/api/v1/follow/{sent[0]['follow_token']}").status_code == 204
    clock.now += timedelta(minutes=10)

    renew(parts.database, parts.vault, tmp_path, clock=clock)
    told = restore(empty, parts.vault, data, tmp_path / KEYS)

    erased, kept, later = (UUID(each["id"]) for each in sent)
    assert told["appointments"] == 2
    with empty.reading() as session:
        gone, there = (session.get_one(Appointment, row) for row in (erased, kept))
        assert (gone.wrapped_key, gone.person, gone.email_index) == (None, b"", None)
        answers = session.get_one(AssessmentRow, gone.assessment_id)
        assert (answers.wrapped_key, answers.outcome) == (None, b"")
        key = parts.vault.open_key(there.id, there.wrapped_key or b"")
        assert key.unseal(PLACE, there.person)["name"] == PERSON["name"]
        assert session.get(Appointment, later) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_that_is_not_whole_or_not_ours_is_refused_and_nothing_is_stored(
    client: TestClient, clock: Clock, tmp_path: Path, empty: Database
) -> None:
    parts, clinic_id = house(client), open_practice(client).clinic_id
    send_request(client, clinic_id)
    data = save(parts.database, parts.vault, tmp_path, clock=clock)
    keys, whole = tmp_path / KEYS, data.read_bytes()
    head, _, body = whole.partition(b"\n")
    newest, older = (name.encode() for name in schema.known()[:2])
    other = Vault(parse_ring(new_ring()))
    unknown = Vault(parse_ring(new_ring().replace("k1:", "k9:")))
    for vault, content, said in (
        (other, whole, "another key of that name"),
        (unknown, whole, "which REFERRAL_KEYS lacks"),
        (parts.vault, whole[:-1], "cut off"),
        (parts.vault, head + b"\n", "cut off"),
        (parts.vault, head + b"\n" + body[:-9] + bytes([body[-9] ^ 1]) + body[-8:], "altered"),
        (parts.vault, whole.replace(newest, older, 1), "altered"),
        (parts.vault, head.replace(b'"00', b'"99', 1) + b"\n" + body, "newer schema"),
        (parts.vault, b"A letter.\n", "no backup of this service"),
        (parts.vault, keys.read_bytes(), "must be a .data file"),
    ):
        data.write_bytes(content)
        with pytest.raises(BackupError, match=said):
            restore(empty, vault, data, keys)
    data.write_bytes(whole)
    outdated = Path(shutil.copy(keys, f"{keys}.older"))
    clock.now += timedelta(seconds=1)
    later = save(parts.database, parts.vault, tmp_path, clock=clock)
    with pytest.raises(BackupError, match="older than the data"):
        restore(empty, parts.vault, later, outdated)
    assert restore(empty, parts.vault, data, keys)["appointments"] == 1


def test_of_several_chunks_none_can_be_cut_off_left_out_or_moved(tmp_path: Path) -> None:
    vault, file = Vault(parse_ring(new_ring())), tmp_path / "large"
    lines = [os.urandom(CHUNK).hex() for _ in range(3)]
    with written(file, Head("data", "0001", "2026-12-01", "k1"), vault) as write:
        for line in lines:
            write(line)
    assert list(lines_of(file, vault)) == lines
    head, _, body = file.read_bytes().partition(b"\n")
    one, two, *rest = (body[at : at + CHUNK + 16] for at in range(0, len(body), CHUNK + 16))
    for chunks in ([one], [one, two], [two, *rest], [one, *rest], [two, one, *rest]):
        file.write_bytes(b"\n".join((head, b"".join(chunks))))
        with pytest.raises(BackupError, match="cut off"):
            list(lines_of(file, vault))


def test_in_a_process_of_its_own_the_command_leaves_no_table_out(
    sqlite_url: str, tmp_path: Path, empty: Database
) -> None:
    """Run it where nothing else has imported a model; it refuses what it does not know."""
    ring = new_ring()
    env = {**os.environ, "REFERRAL_KEYS": ring, "REFERRAL_DATABASE_URL": sqlite_url}
    main = "from referral.cli import main; main()"
    command = [sys.executable, "-c", main, "backup", str(tmp_path)]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert (ended.returncode, ended.stderr) == (0, "")
    (data,) = tmp_path.glob("*.data")
    told = restore(empty, Vault(parse_ring(ring)), data, tmp_path / KEYS)
    assert told == counts(empty)
