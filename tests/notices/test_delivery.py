import logging
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, select

import deliverer
from conftest import NOON, Clock
from deliverer import SENDER, deliver_all
from post_office import HANG_UP, PostOffice, open_post_office
from referral.db import Database
from referral.errors import UnavailableError
from referral.notices import outbox
from referral.notices.delivery import Compose, Delivered, Superseded, Undeliverable, deliver
from referral.notices.mail import Letter
from referral.notices.models import Audience, Notice, NoticeStatus
from referral.notices.outbox import LEASE, Draft

SCRIPT = Path(deliverer.__file__)
VISIT = UUID("00000000-0000-4000-8000-000000000001")
BOOKED = Draft(Audience.PATIENT, "booked", appointment_id=VISIT, version=2)
MOVED = Draft(Audience.PATIENT, "moved", appointment_id=VISIT, version=3)
ONE_BY_ONE = timedelta(microseconds=1)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as running:
        yield running


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=5)
    yield database
    database.engine.dispose()


def put(database: Database, *drafts: Draft) -> list[UUID]:
    """Store notices, each due a moment after the one before it."""
    with database.unit_of_work() as session:
        return [
            outbox.put(session, draft, now=NOON - (len(drafts) - place) * ONE_BY_ONE).id
            for place, draft in enumerate(drafts)
        ]


def put_many(database: Database, number: int) -> set[str]:
    """Store notices about different visits and return their Message-IDs."""
    drafts = [Draft(Audience.PATIENT, "booked", appointment_id=uuid4()) for _ in range(number)]
    return {f"<{each}@example.org>" for each in put(database, *drafts)}


def rows(database: Database) -> list[Notice]:
    with database.reading() as session:
        return list(session.exec(select(Notice).order_by(Notice.due_at, Notice.kind)))  # type: ignore[arg-type] # columns


def row(database: Database) -> Notice:
    (only,) = rows(database)
    return only


def run(
    database: Database, office: PostOffice, clock: Clock, compose: Compose = deliverer.compose
) -> Delivered:
    return deliver(
        database,
        compose=compose,
        transport=deliverer.post(office.port),
        clock=clock,
        jitter=lambda: 0.5,
    )


def test_a_due_notice_is_sent_and_settled(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    (notice_id,) = put(database, BOOKED)
    assert run(database, office, clock) == Delivered(sent=1)
    assert office.ids == [f"<{notice_id}@example.org>"]
    assert office.taken[0]["From"] == SENDER
    assert office.taken[0]["Date"].datetime == NOON
    notice = row(database)
    assert (notice.status, notice.sent_at) == (NoticeStatus.SENT, NOON)
    assert (notice.leased_until, notice.failure) == (None, None)
    assert run(database, office, clock).total == 0


def test_without_a_server_notices_wait_untouched(database: Database, clock: Clock) -> None:
    put(database, BOOKED)
    before = row(database).model_dump()
    done = deliver(
        database, compose=deliverer.compose, transport=None, clock=clock, jitter=lambda: 0.5
    )
    assert done == Delivered()
    assert row(database).model_dump() == before


@pytest.mark.parametrize(
    ("stage", "answer", "failure", "became"),
    [
        ("to_recipient", "550 no such user", "recipient-refused", NoticeStatus.DEAD),
        ("to_recipient", "451 later", "deferred", NoticeStatus.WAITING),
        ("to_data", "554 no", "refused", NoticeStatus.DEAD),
        ("to_data", HANG_UP, "connection", NoticeStatus.WAITING),
    ],
)
def test_a_failure_is_written_down_and_the_next_one_sent(  # noqa: PLR0917 - a table and the fixtures
    database: Database,
    office: PostOffice,
    clock: Clock,
    stage: str,
    answer: str,
    failure: str,
    became: NoticeStatus,
) -> None:
    getattr(office, stage)["booked@example.com"] = answer
    put(database, BOOKED, Draft(Audience.OPERATOR, "digest"))
    is_dead = became is NoticeStatus.DEAD
    done = run(database, office, clock)
    assert done == Delivered(sent=1, failed=not is_dead, dead=is_dead)
    notice = next(each for each in rows(database) if each.kind == "booked")
    assert (notice.status, notice.failure, notice.leased_until) == (became, failure, None)
    assert notice.due_at == NOON + timedelta(seconds=30)


def test_a_failed_notice_is_sent_later(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    office.to_recipient["booked@example.com"] = "451 later"
    put(database, BOOKED)
    run(database, office, clock)
    assert run(database, office, clock).total == 0
    office.to_recipient.clear()
    clock.now = NOON + timedelta(seconds=30)
    assert run(database, office, clock) == Delivered(sent=1)
    assert row(database).failure is None


def test_where_nobody_can_be_written_to_the_notice_dies_with_the_reason(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    def erased(*_: object) -> Letter:
        raise Undeliverable("erased")

    put(database, BOOKED)
    assert run(database, office, clock, erased) == Delivered(dead=1)
    assert (row(database).status, row(database).failure) == (NoticeStatus.DEAD, "erased")


def test_an_address_that_is_none_is_the_end(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    put(database, BOOKED)
    done = run(database, office, clock, lambda *_: Letter("nobody", "News", "text"))
    assert done == Delivered(dead=1)
    assert row(database).failure == "no-address"


def test_what_compose_calls_superseded_is_not_sent(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    def moved_on(*_: object) -> Letter:
        raise Superseded

    put(database, BOOKED)
    assert run(database, office, clock, moved_on) == Delivered(superseded=1)
    assert (row(database).status, row(database).leased_until) == (NoticeStatus.SUPERSEDED, None)
    assert office.taken == []


def test_what_is_superseded_or_dropped_while_it_is_composed_is_not_sent(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    def overtaken(session: Session, notice: Notice) -> Letter:
        if notice.kind == "booked":
            put(database, MOVED)
        if notice.kind == "digest":
            with database.unit_of_work() as other:
                outbox.drop(other, notice.id)
        return deliverer.compose(session, notice)

    put(database, BOOKED, Draft(Audience.OPERATOR, "digest"))
    assert run(database, office, clock, overtaken) == Delivered(superseded=2)
    assert office.taken == []
    assert run(database, office, clock) == Delivered(sent=1)
    assert [mail["To"] for mail in office.taken] == ["moved@example.com"]


def test_what_is_superseded_while_it_goes_out_is_written_down_as_sent(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    def overtaken(mail: EmailMessage) -> None:
        if mail["To"] == "booked@example.com":
            put(database, MOVED)

    office.arrived = overtaken
    put(database, BOOKED)
    assert run(database, office, clock) == Delivered(sent=1)
    assert run(database, office, clock) == Delivered(sent=1)
    assert {each.status for each in rows(database)} == {NoticeStatus.SENT}


def test_a_bug_with_one_notice_is_logged_by_its_type_and_holds_up_no_other(
    database: Database, office: PostOffice, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def buggy(session: Session, notice: Notice) -> Letter:
        if notice.kind == "booked":
            raise KeyError("Quillon Zebrowski")
        return deliverer.compose(session, notice)

    broken, _ = put(database, BOOKED, Draft(Audience.OPERATOR, "digest"))
    with caplog.at_level(logging.DEBUG):
        assert run(database, office, clock, buggy) == Delivered(sent=1, failed=1)
    (line,) = [each for each in caplog.records if each.name == "referral.notices.delivery"]
    assert line.getMessage() == f"notice {broken} of kind booked: KeyError"
    assert line.exc_info is None
    assert "Zebrowski" not in caplog.text
    notice = next(each for each in rows(database) if each.kind == "booked")
    assert (notice.status, notice.failure) == (NoticeStatus.WAITING, "unexpected")


def test_a_database_that_goes_away_ends_the_batch_and_loses_nothing(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    def away(*_: object) -> Letter:
        raise UnavailableError("away")

    ids = put_many(database, 3)
    with pytest.raises(UnavailableError):
        run(database, office, clock, away)
    assert run(database, office, clock).total == 0
    clock.now = NOON + LEASE
    assert run(database, office, clock) == Delivered(sent=3)
    assert set(office.ids) == ids


def test_a_batch_that_takes_longer_than_its_lease_leaves_the_rest_to_whoever_has_it_now(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    def slow(session: Session, notice: Notice) -> Letter:
        if clock.now == NOON:
            clock.now += LEASE
            assert run(database, office, clock).sent == 3
        return deliverer.compose(session, notice)

    ids = put_many(database, 3)
    assert run(database, office, clock, slow) == Delivered(superseded=3)
    assert Counter(office.ids) == Counter(ids)


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
