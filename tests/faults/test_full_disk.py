"""The disk of PostgreSQL fills up under load, and then has no room for its log either.

What is refused says so, and all goes on once there is room. A server without room for its log ends
itself and is to be started again; the service is not. (`test_troubles.py` has a full SQLite.)
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from chaos import wait_until
from faults.audit import audit
from faults.disks import Disk, small_disk
from faults.load import READING, Load, filled_in, under_load, wait_for_answers, wait_for_refusals
from faults.programs import environment, running, server
from faults.servers import Server, on_disk
from referral.cli import app
from referral.settings import Settings
from world import Practice

SIZE = "80m"


@pytest.fixture
def disk() -> Iterator[Disk]:
    with small_disk(SIZE) as mounted:
        yield mounted


@pytest.fixture
def database(disk: Disk) -> Iterator[Server]:
    with on_disk(disk) as running:
        yield running


@pytest.fixture
def database_url(database: Server) -> str:
    return database.url


def test_a_full_disk_is_told_and_over_once_there_is_room(
    client: TestClient,
    *,
    disk: Disk,
    database: Server,
    settings: Settings,
    practice: Practice,
    tmp_path: Path,
) -> None:
    program, origin = server(settings, tmp_path, "--no-worker")
    load = Load(practice, [origin], filled_in(client, practice, 4))
    with running(program):
        with under_load(load):
            wait_for_answers(load, 4)
            disk.fill()
            wait_until(lambda: "its disk is full or failing (53100)" in program.said)
            wait_for_refusals(load)
            assert statuses_of_reading(load) == {200}
            assert "its disk is full" in what_the_doctor_says(settings)
            disk.clear()
            wait_for_answers(load, 4)
            disk.fill()
            use_up_the_log(database)
            assert statuses_of_reading(load) == {503}
            disk.clear()
            database.start()
            wait_for_answers(load, 4)
        assert program.is_running

    found = audit(client, load)
    print(f"\n{load.said()}; {found}")  # noqa: T201 - what was tried
    assert found.doubles == 0
    assert str(disk.folder) not in Path("/proc/self/mounts").read_text()


def what_the_doctor_says(settings: Settings) -> str:
    """Return all that `referral doctor` finds."""
    return CliRunner(env=environment(settings)).invoke(app, ["doctor"]).output


def use_up_the_log(database: Server) -> None:
    """Have the server begin new files of its log until there is no room for one: it ends itself."""
    with suppress(psycopg.OperationalError):
        for _ in range(9):
            database.run("SELECT pg_switch_wal()")
            database.run("SELECT pg_logical_emit_message(true, '', '')")
    wait_until(lambda: "database system is shut down" in database.said)


def statuses_of_reading(load: Load) -> set[int]:
    """Return how those are answered who only read."""
    token = load.told[0].token
    with load.caller(headers=load.practice.bearer) as caller:
        return {caller.get(path.format(token=token)).status_code for path in READING}
