import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

import pytest

from conftest import NOON
from deliverer import deliver_all, deliver_all_of
from outbox_steps import put_many, rows
from post_office import PostOffice
from processes import FORKED
from referral.db import Database
from referral.notices.leasing import LEASE
from referral.notices.models import NoticeStatus


def test_two_threads_send_nothing_twice(database: Database, office: PostOffice) -> None:
    ids = put_many(database, 60)
    with ThreadPoolExecutor(2) as threads:
        jobs = [threads.submit(deliver_all, database, office.port, NOON) for _ in range(2)]
        assert sum(job.result() for job in jobs) == 60
    assert Counter(office.ids) == Counter(ids)


def child(database_url: str, port: int) -> BaseProcess:
    process = FORKED.Process(target=deliver_all_of, args=(database_url, port, NOON))
    process.start()
    return process


def test_two_processes_send_nothing_twice(
    database: Database, database_url: str, office: PostOffice
) -> None:
    ids = put_many(database, 60)
    running = [child(database_url, office.port) for _ in range(2)]
    for process in running:
        process.join(60)
        assert process.exitcode == 0
    assert Counter(office.ids) == Counter(ids)


@pytest.mark.parametrize("after", [1, 5])
def test_a_process_killed_between_sending_and_settling_repeats_at_most_that_one(
    database: Database, database_url: str, office: PostOffice, after: int
) -> None:
    ids = put_many(database, 30)
    running: list[BaseProcess] = []

    def kill(_: EmailMessage) -> None:
        # The message is here, and its sender has not been told: the worst moment.
        if len(office.taken) == after:
            running[0].kill()
            # Not join: of two threads that ask how a process ended, only one is told.
            wait([running[0].sentinel])

    office.arrived = kill
    running.append(child(database_url, office.port))
    running[0].join(60)
    assert running[0].exitcode == -signal.SIGKILL
    assert len(office.taken) == after
    doubtful = office.ids[-1]

    deliver_all(database, office.port, NOON)
    assert Counter(office.ids) == Counter(ids)
    deliver_all(database, office.port, NOON + LEASE)
    assert Counter(office.ids) == Counter([*ids, doubtful])
    assert {each.status for each in rows(database)} == {NoticeStatus.SENT}
