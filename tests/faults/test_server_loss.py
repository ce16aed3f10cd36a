"""PostgreSQL itself dies under load: it is restarted, and its machine is lost for good.

What was acknowledged is on the standby; nobody is answered with anything but 503 meanwhile.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from faults.audit import audit
from faults.load import Load, filled_in, under_load, wait_for_answers
from faults.programs import Program, environment, running, server
from faults.servers import Server, address, primary_and_standby
from referral.settings import Settings
from world import Practice

# From the moment on that there is a server again, until the service has stored something.
SOON = 5.0


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    with primary_and_standby() as running:
        yield running


@pytest.fixture
def database_url(pair: tuple[Server, Server]) -> str:
    return address(*pair)


def test_a_restart_and_the_loss_of_the_primary_lose_nothing(
    client: TestClient,
    *,
    pair: tuple[Server, Server],
    settings: Settings,
    practice: Practice,
    tmp_path: Path,
) -> None:
    primary, standby = pair
    (first, here), (second, there) = (server(settings, tmp_path, "--no-worker") for _ in range(2))
    worker = Program(["worker"], environment(settings), tmp_path)
    load = Load(practice, [here, there], filled_in(client, practice, 12))
    with running(first, second, worker):
        with under_load(load):
            wait_for_answers(load, 10)
            began = time.monotonic()
            primary.restart()
            after_restart = until_stored(load)
            restarted = time.monotonic() - began
            primary.kill()
            standby.promote()
            after_promotion = until_stored(load)
        assert [each.is_running for each in (first, second, worker)] == [True] * 3

    found = audit(client, load)
    print(  # noqa: T201 - what was measured
        f"\n{load.said()}; stored again {after_restart:.2f} s after the restart (in all"
        f" {restarted:.2f} s) and {after_promotion:.2f} s after the promotion; {found}"
    )
    assert found.doubles == 0
    assert load.statuses[503] > 0
    assert max(after_restart, after_promotion) < SOON


def until_stored(load: Load) -> float:
    """Return how long it takes until several answers acknowledge something again."""
    began = time.monotonic()
    wait_for_answers(load, 1)
    took = time.monotonic() - began
    wait_for_answers(load, 10)
    return took
