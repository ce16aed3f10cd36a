"""Workers are killed at random while they send: all that is to be told is told, hardly ever twice.

What ADR 11 and ADR 16 promise: a kill repeats at most the one message, and the one delivery of a
webhook, that was on its way, under the same id. `make chaos` kills them fifty times.
"""

import os
import random
import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from chaos import PATIENCE, wait_until
from faults.outgoing import is_all_sent, repeats, workers_of
from faults.programs import Program, running
from post_office import PostOffice
from receiver import open_receiver
from referral.settings import Settings
from webhook_desk import open_desk
from world import send_request

KILLS = int(os.environ.get("REFERRAL_TEST_KILLS", "2"))
FOR_EACH_KILL = 5


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_private_targets": True})


def test_killed_workers_tell_everything_and_repeat_one_message_at_most(
    client: TestClient, *, settings: Settings, office: PostOffice, tmp_path: Path
) -> None:
    chance = random.Random(5)  # noqa: S311 - which one is killed is no secret
    desk = open_desk(client, email="desk@clinic.example.com")
    workers = workers_of(settings, office, tmp_path)
    with open_receiver() as receiver:
        desk.add(receiver.url)
        for _ in range(KILLS * FOR_EACH_KILL):
            send_request(client, desk.clinic_id)
        with running(*workers):
            for _ in range(KILLS):
                kill_at_work(chance.choice(workers), office, chance)
            wait_until(lambda: is_all_sent(client, receiver))

    letters, events = repeats(client, office, receiver)
    print(  # noqa: T201 - what was tried
        f"\n{KILLS} kills: {len(set(office.ids))} letters and {len(set(receiver.numbers))} events"
        f" arrived, {letters} and {events} of them twice"
    )
    assert max(letters, events) <= KILLS


def kill_at_work(worker: Program, office: PostOffice, chance: random.Random) -> None:
    """Kill a worker while a letter arrives, or soon after."""
    arrived = threading.Event()
    office.arrived = lambda _: arrived.set()
    assert arrived.wait(PATIENCE)
    threading.Event().wait(chance.choice([0, 0, chance.uniform(0, 0.05)]))
    worker.kill_and_restart()
