import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest

import deliverer
from conftest import NOON
from deliverer import deliver_all
from outbox_steps import put_many, rows
from post_office import PostOffice
from referral.db import Database
from referral.notices.leasing import LEASE
from referral.notices.models import NoticeStatus

SCRIPT = Path(deliverer.__file__)


SCRIPT = Path(deliverer.__file__)


def test_two_threads_send_nothing_twice(database: Database, office: PostOffice) -> None:
    ids = put_many(database, 60)
    with ThreadPoolExecutor(2) as threads:
        jobs = [threads.submit(deliver_all, database, office.port, NOON) for _ in range(2)]
        assert sum(job.result() for job in jobs) == 60
    assert Counter(office.ids) == Counter(ids)


def child(database_url: str, port: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, str(SCRIPT), database_url, str(port), NOON.isoformat()]
    return subprocess.Popen(command, env=environment)  # noqa: S603 - our own script


def test_two_processes_send_nothing_twice(
    database: Database, database_url: str, office: PostOffice
) -> None:
    ids = put_many(database, 60)
    running = [child(database_url, office.port) for _ in range(2)]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    assert Counter(office.ids) == Counter(ids)


@pytest.mark.parametrize("after", [1, 5])
def test_a_process_killed_between_sending_and_settling_repeats_at_most_that_one(
    database: Database, database_url: str, office: PostOffice, after: int
) -> None:
    ids = put_many(database, 30)
    running: list[subprocess.Popen[bytes]] = []

    def kill(_: EmailMessage) -> None:
        # The message is here, and its sender has not been told: the worst moment.
        if len(office.taken) == after:
            running[0].send_signal(signal.SIGKILL)
            running[0].wait()

    office.arrived = kill
    running.append(child(database_url, office.port))
    assert running[0].wait(timeout=60) == -signal.SIGKILL
    assert len(office.taken) == after
    doubtful = office.ids[-1]

    deliver_all(database, office.port, NOON)
    assert len(set(office.ids)) == len(office.ids) == after + 10
    deliver_all(database, office.port, NOON + LEASE)
    assert Counter(office.ids) == Counter([*ids, doubtful])
    assert {each.status for each in rows(database)} == {NoticeStatus.SENT}
