"""PostgreSQL itself dies under load: it is restarted, and its machine is lost for good.

What was acknowledged is on the standby; nobody is answered with anything but 503 meanwhile, and
every letter and event goes out. Two servers of the web and two workers go on by themselves.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from chaos import wait_until
from faults.audit import audit
from faults.load import Load, filled_in, under_load, wait_for_answers, wait_for_refusals
from faults.outgoing import is_all_sent, repeats, wait_for_letters, workers_of
from faults.programs import running, server
from faults.servers import Server, address, primary_and_standby
from post_office import PostOffice
from receiver import Receiver, open_receiver
from referral.settings import Settings
from referral.staff.scopes import Scope
from webhook_desk import Desk
from world import Practice, add_key

# Each may have had one letter on its way, and one of them the one event, whenever the server went.
LOSSES, WORKERS = 2, 2


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    with primary_and_standby() as running:
        yield running


@pytest.fixture
def database_url(pair: tuple[Server, Server]) -> str:
    return address(*pair)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_private_targets": True})


@pytest.fixture
def receiver(client: TestClient, practice: Practice) -> Iterator[Receiver]:
    """What is told of all that happens at the clinic."""
    _, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    desk = Desk(client, practice.clinic_id, {"Authorization": f"Bearer {key}"})
    with open_receiver() as running:
        desk.add(running.url)
        yield running


def test_a_restart_and_the_loss_of_the_primary_lose_nothing(
    client: TestClient,
    *,
    pair: tuple[Server, Server],
    settings: Settings,
    practice: Practice,
    office: PostOffice,
    receiver: Receiver,
    tmp_path: Path,
) -> None:
    primary, standby = pair
    (first, here), (second, there) = (server(settings, tmp_path, "--no-worker") for _ in range(2))
    workers = workers_of(settings, office, tmp_path)
    load = Load(practice, [here, there], filled_in(client, practice, 12))
    took: list[float] = []
    with running(first, second, *workers):
        with under_load(load):
            all_at_work(load, office)
            primary.end()
            wait_for_refusals(load)
            primary.start()
            took.append(all_at_work(load, office))
            with standby.deaf():
                wait_until(lambda: primary.waits_for_its_standby)
                primary.kill()
            wait_for_refusals(load)
            standby.promote()
            took.append(all_at_work(load, office))
        wait_until(lambda: is_all_sent(client, receiver))
        assert all(each.is_running for each in (first, second, *workers))

    found, (letters, events) = audit(client, load), repeats(client, office, receiver)
    print(  # noqa: T201 - what was measured
        f"\n{load.said()}; all at work again {took[0]:.2f} s after the restart and"
        f" {took[1]:.2f} s after the promotion; {len(set(office.ids))} letters and"
        f" {len(set(receiver.numbers))} events, {letters} and {events} of them twice; {found}"
    )
    assert found.doubles == 0
    assert letters <= LOSSES * WORKERS
    assert events <= LOSSES


def all_at_work(load: Load, office: PostOffice) -> float:
    """Wait until each server has stored something more, and each worker sent another letter.

    Return how long that took, in seconds.
    """
    began = time.monotonic()
    wait_for_answers(load, 4)
    wait_for_letters(office)
    return time.monotonic() - began
