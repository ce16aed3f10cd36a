"""Workers are killed at random while they send: all that is to be told is told, hardly ever twice.

What ADR 11 and ADR 16 promise: a kill repeats at most the one message, and the one delivery of a
webhook, that was on its way, under the same id. `make chaos` kills them fifty times.
"""

import os
import random
import threading
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import func, select
from starlette.testclient import TestClient

from chaos import PATIENCE, wait_until
from faults.programs import Program, environment, running
from post_office import PostOffice
from postman import OPERATOR
from receiver import Receiver, open_receiver
from referral import worker
from referral.notices import leasing
from referral.notices.mail import message_id
from referral.notices.models import Notice, NoticeStatus
from referral.record.models import Event
from referral.settings import Settings
from referral.webhooks.delivery import Deliverer
from webhook_desk import open_desk
from webhook_worker import HURRY
from world import house, send_request

KILLS = int(os.environ.get("REFERRAL_TEST_KILLS", "2"))
FOR_EACH_KILL = 5
SENDER = "referral@localhost"


def hurry() -> None:
    """Let leases end after a second, and a round follow the other; a kill costs a lease."""
    leasing.LEASE = timedelta(seconds=1)
    worker.SECONDS_BETWEEN_ROUNDS = 0.05
    vars(worker)["Deliverer"] = partial(Deliverer, pace=HURRY)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_private_targets": True})


def test_killed_workers_tell_everything_and_repeat_one_message_at_most(
    client: TestClient, *, settings: Settings, office: PostOffice, tmp_path: Path
) -> None:
    chance = random.Random(5)  # noqa: S311 - which one is killed is no secret
    desk = open_desk(client, email="desk@clinic.example.com")
    variables = environment(settings, **mail_to(office), REFERRAL_WEBHOOK_PRIVATE_TARGETS="true")
    workers = [Program(["worker"], variables, tmp_path, hurry) for _ in range(2)]
    with open_receiver() as receiver:
        desk.add(receiver.url)
        for _ in range(KILLS * FOR_EACH_KILL):
            send_request(client, desk.clinic_id)
        with running(*workers):
            for _ in range(KILLS):
                kill_at_work(chance.choice(workers), office, chance)
            wait_until(lambda: all_is_sent(client, receiver))

    mails, numbers = Counter(office.ids), receiver.numbers
    repeats = mails.total() - len(mails), len(numbers) - len(set(numbers))
    print(  # noqa: T201 - what was tried
        f"\n{KILLS} kills: {len(mails)} letters and {len(set(numbers))} events arrived,"
        f" {repeats[0]} and {repeats[1]} of them twice"
    )
    assert mails.keys() == set(identities(client))
    assert max(repeats) <= KILLS
    firsts = list(dict.fromkeys(numbers))
    assert firsts == list(range(1, len(firsts) + 1))


def mail_to(office: PostOffice) -> dict[str, str]:
    """Return the variables that name the mail server of the test."""
    return {
        "REFERRAL_SMTP_HOST": "127.0.0.1",
        "REFERRAL_SMTP_PORT": str(office.port),
        "REFERRAL_SMTP_SECURITY": "none",
        "REFERRAL_OPERATOR_EMAIL": OPERATOR,
    }


def kill_at_work(worker: Program, office: PostOffice, chance: random.Random) -> None:
    """Kill a worker while a letter arrives, or soon after."""
    arrived = threading.Event()
    office.arrived = lambda _: arrived.set()
    assert arrived.wait(PATIENCE)
    threading.Event().wait(chance.choice([0, 0, chance.uniform(0, 0.05)]))
    worker.kill_and_restart()


def identities(client: TestClient) -> list[str]:
    """Return the Message-IDs of all letters that were to be sent."""
    with house(client).database.reading() as session:
        return [message_id(id_, sender=SENDER) for id_ in session.exec(select(Notice.id))]


def all_is_sent(client: TestClient, receiver: Receiver) -> bool:
    """Say whether no notice waits any more, and every event has arrived."""
    with house(client).database.reading() as session:
        waiting = session.exec(select(func.count()).where(Notice.status != NoticeStatus.SENT)).one()
        events = session.exec(select(func.count()).select_from(Event)).one()
    return not waiting and len(set(receiver.numbers)) == events
