"""The disk of PostgreSQL fills up under load, and then has no room for its log either.

What is refused says so and comes back by itself. A server without room for its log ends itself,
and is to be started again; the service is not.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient

from chaos import wait_until
from faults.audit import audit
from faults.disks import Disk
from faults.load import Load, filled_in, under_load, wait_for_answers, wait_for_refusals
from faults.programs import running, server
from faults.servers import Server, on_a_small_disk
from referral.settings import Settings
from world import Practice

SIZE = "80m"


@pytest.fixture
def place() -> Iterator[tuple[Server, Disk]]:
    with on_a_small_disk(SIZE) as running:
        yield running


@pytest.fixture
def database_url(place: tuple[Server, Disk]) -> str:
    return place[0].url


def test_a_full_disk_is_told_and_over_once_there_is_room(
    client: TestClient,
    *,
    place: tuple[Server, Disk],
    settings: Settings,
    practice: Practice,
    tmp_path: Path,
) -> None:
    database, disk = place
    program, origin = server(settings, tmp_path, "--no-worker")
    load = Load(practice, [origin], filled_in(client, practice, 8))
    with running(program):
        with under_load(load):
            wait_for_answers(load, 5)
            disk.fill()
            wait_until(lambda: "its disk is full or failing (53100)" in program.said)
            wait_for_refusals(load)
            assert statuses_of_reading(load) == [200, 200, 200]
            disk.clear()
            wait_for_answers(load, 5)
            disk.fill()
            use_up_the_log(database)
            wait_for_refusals(load)
            assert statuses_of_reading(load) == [503, 503, 503]
            disk.clear()
            database.start()
            wait_for_answers(load, 5)
        assert program.is_running

    found = audit(client, load)
    print(f"\n{load.said()}; {found}")  # noqa: T201 - what was tried
    assert found.doubles == 0
    assert str(database.folder) not in Path("/proc/self/mounts").read_text()


def statuses_of_reading(load: Load) -> list[int]:
    """Return what is answered to a proxy, to a person with a link, and to a clinic's program."""
    paths = ("/readyz", f"/follow/{load.told[0].token}", "/api/v1/events")
    with load.caller(headers=load.practice.bearer) as caller:
        return [caller.get(path).status_code for path in paths]


def use_up_the_log(database: Server) -> None:
    """Have the server begin new files of its log until there is no room for one: it ends itself."""
    with suppress(psycopg.OperationalError):
        for _ in range(9):
            database.run("SELECT pg_switch_wal()")
            database.run("SELECT pg_logical_emit_message(true, '', '')")
    wait_until(lambda: "database system is shut down" in database.said)
