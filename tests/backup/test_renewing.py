"""Renewing the keys of backups: in turn, only by the database they are of, and by itself."""

import shutil
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import MetaData
from starlette.testclient import TestClient
from typer.testing import CliRunner

from chaos import wait_until
from conftest import Clock
from referral import schema
from referral.appointments.models import Appointment
from referral.backup.renewing import Renewal
from referral.backup.restoring import restore
from referral.backup.saving import KEYS, renew, save
from referral.backup.sealing import BackupError, Head, head_of, in_turn, lines_of, written
from referral.cli import app
from referral.db import Database
from referral.settings import Settings, new_ring, parse_ring
from referral.vault import Vault
from referral.worker import in_background
from stories import worker_of
from world import house, open_practice, send_request

PLACE = "appointments.person"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def clinic_id(client: TestClient) -> UUID:
    return open_practice(client).clinic_id


def kept(folder: Path, vault: Vault) -> set[str]:
    """Return the rows of which a folder has the keys."""
    lines = lines_of(folder / KEYS, vault)
    return {str(line[0]) for line in lines if isinstance(line, list) and line[1]}


def test_who_waits_for_another_run_writes_what_is_true_after_it(
    client: TestClient, clock: Clock, clinic_id: UUID, tmp_path: Path
) -> None:
    parts, sent = house(client), send_request(client, clinic_id)
    row = UUID(sent["id"]).hex
    save(parts.database, parts.vault, tmp_path, clock=clock)
    assert row in kept(tmp_path, parts.vault)
    asked = threading.Thread(
        target=renew, args=(parts.database, parts.vault, tmp_path), kwargs={"clock": clock}
    )
    with in_turn(tmp_path):
        asked.start()
        asked.join(0.2)
        assert asked.is_alive()
        client.delete(f"/api/v1/follow/{sent['follow_token']}")
    asked.join(10)
    assert row not in kept(tmp_path, parts.vault)


def test_a_run_that_was_killed_leaves_the_keys_as_they_were_and_the_next_one_renews_them(
    client: TestClient, clock: Clock, clinic_id: UUID, tmp_path: Path
) -> None:
    parts, sent = house(client), send_request(client, clinic_id)
    save(parts.database, parts.vault, tmp_path, clock=clock)
    before = (tmp_path / KEYS).read_bytes()
    part = tmp_path / f"{KEYS}.part"
    part.write_bytes(before * 2)
    with pytest.raises(KeyboardInterrupt):
        interrupt(tmp_path / KEYS, parts.vault)
    assert ((tmp_path / KEYS).read_bytes(), part.exists()) == (before, False)
    client.delete(f"/api/v1/follow/{sent['follow_token']}")
    renew(parts.database, parts.vault, tmp_path, clock=clock)
    assert UUID(sent["id"]).hex not in kept(tmp_path, parts.vault)


def interrupt(keys: Path, vault: Vault) -> None:
    with written(keys, Head("keys", "0001", "", "k1"), vault) as write:
        write(["row", "key"])
        raise KeyboardInterrupt


def test_keys_are_replaced_only_by_those_of_the_same_service(
    client: TestClient, clock: Clock, tmp_path: Path, sqlite_template: Path
) -> None:
    parts, clinic_id = house(client), open_practice(client).clinic_id
    fresh = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'fresh.db')}")
    renew(parts.database, parts.vault, tmp_path, clock=clock)
    send_request(client, clinic_id)
    renew(parts.database, parts.vault, tmp_path, clock=clock)
    before = (tmp_path / KEYS).read_bytes()
    stranger = Vault(parse_ring(new_ring()))
    for database, vault, said in (
        (fresh, parts.vault, "the keys of 1 requests, but this database knows only 0"),
        (parts.database, stranger, "another key of that name. Remove that file if"),
    ):
        for write in (renew, save):
            with pytest.raises(BackupError, match=said):
                write(database, vault, tmp_path, clock=clock)
    assert (tmp_path / KEYS).read_bytes() == before
    assert list(tmp_path.glob("*.data*")) == []
    fresh.engine.dispose()


def test_a_clock_that_was_set_back_makes_no_keys_that_count_as_older_than_the_data(
    client: TestClient, clock: Clock, tmp_path: Path
) -> None:
    parts = house(client)
    data = save(parts.database, parts.vault, tmp_path, clock=clock)
    clock.now -= timedelta(days=1)
    renew(parts.database, parts.vault, tmp_path, clock=clock)
    assert head_of(tmp_path / KEYS).taken_at == head_of(data).taken_at


def test_data_from_before_a_migration_are_restored_with_keys_from_after_it(
    client: TestClient, clock: Clock, clinic_id: UUID, tmp_path: Path
) -> None:
    parts, sent = house(client), send_request(client, clinic_id)
    data = save(parts.database, parts.vault, tmp_path, clock=clock)
    older, restored = schema.known()[1], Database(f"sqlite:///{tmp_path}/restored.db")
    schema.upgrade(f"sqlite:///{tmp_path}/restored.db", older)
    (tables := MetaData()).reflect(restored.engine)
    lines = list(lines_of(data, parts.vault))
    with written(data, replace(head_of(data), revision=older), parts.vault) as write:
        for line in as_before(lines, tables):
            write(line)

    assert restore(restored, parts.vault, data, tmp_path / KEYS)["appointments"] == 1

    assert schema.standing(restored.engine) is schema.Standing.NEWEST
    with restored.reading() as session:
        row = session.get_one(Appointment, UUID(sent["id"]))
        assert parts.vault.open_key(row.id, row.wrapped_key or b"").unseal(PLACE, row.person)
    restored.engine.dispose()


def as_before(lines: Iterable[object], tables: MetaData) -> Iterator[object]:
    """Yield the lines of a backup without the tables and columns that came later."""
    there: list[int] = []
    for line in lines:
        match line:
            case {"table": str(name), "columns": list(columns)}:
                known = set(tables.tables[name].c.keys()) if name in tables.tables else set()
                there = [at for at, column in enumerate(columns) if column in known]
                if there:
                    yield {"table": name, "columns": [columns[at] for at in there]}
            case {"counts": dict(counts)}:
                yield {"counts": {name: n for name, n in counts.items() if name in tables.tables}}
            case list() if there:
                yield [line[at] for at in there]


def test_the_worker_renews_them_by_itself(
    client: TestClient, clock: Clock, clinic_id: UUID, tmp_path: Path
) -> None:
    parts, sent = house(client), send_request(client, clinic_id)
    save(parts.database, parts.vault, tmp_path, clock=clock)
    client.delete(f"/api/v1/follow/{sent['follow_token']}")
    before = (tmp_path / KEYS).stat().st_ino

    with in_background(worker_of(client, None, backup_dir=tmp_path)):
        wait_until(lambda: (tmp_path / KEYS).stat().st_ino != before)

    assert UUID(sent["id"]).hex not in kept(tmp_path, parts.vault)


def test_where_they_cannot_be_renewed_the_log_says_why(
    client: TestClient, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    parts, missing, foreign = house(client), tmp_path / "not-mounted", tmp_path / "foreign"
    save(parts.database, Vault(parse_ring(new_ring())), foreign, clock=clock)
    away = Database("sqlite:////nowhere/at/all.db", pool_size=1)
    for database, folder, said in (
        (parts.database, missing, "No such file or directory"),
        (parts.database, foreign, "another key of that name"),
        (away, tmp_path, "UnavailableError"),
    ):
        Renewal(database, parts.vault, None, clock, threading.Event()).once(folder)
        assert said in caplog.records[-1].getMessage()
    assert not missing.exists()


def test_the_command_renews_the_keys_alone_in_the_folder_of_the_settings(
    settings: Settings, tmp_path: Path
) -> None:
    ring = settings.keys.get_secret_value()
    env = {"REFERRAL_KEYS": ring, "REFERRAL_DATABASE_URL": settings.database_url}

    def run(*words: str, folder: str = "") -> tuple[int, str]:
        command = CliRunner(env={**env, "REFERRAL_BACKUP_DIR": folder})
        result = command.invoke(app, ["backup", *words])
        return result.exit_code, result.output

    assert "Name a folder" in run()[1]
    code, said = run("--keys-only", folder=f"{tmp_path}/missing")
    assert (code, "No such file" in said, "missing" in said) == (1, True, True)
    code, said = run("--keys-only", folder=str(tmp_path))
    assert (code, "Keep no older copy" in said, "Written: " in said) == (0, True, False)
    assert list(tmp_path.glob("*.data")) == []
    assert run(folder=str(tmp_path))[0] == 0
    assert len(list(tmp_path.glob("*.data"))) == 1
