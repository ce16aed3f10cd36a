import logging
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import Session

import deliverer
from conftest import NOON, Clock
from deliverer import SENDER
from outbox_steps import ALONE, BOOKED, MOVED, lease, put, put_many, rows
from post_office import HANG_UP, PostOffice
from referral.db import Database
from referral.errors import UnavailableError
from referral.notices import outbox
from referral.notices.backoff import MOST_ATTEMPTS
from referral.notices.delivery import Compose, Delivered, Superseded, Undeliverable
from referral.notices.leasing import LEASE
from referral.notices.mail import Letter
from referral.notices.models import Notice, NoticeStatus


def row(database: Database) -> Notice:
    (only,) = rows(database)
    return only


def run(
    database: Database, office: PostOffice, clock: Clock, compose: Compose = deliverer.compose
) -> Delivered:
    transport = deliverer.post(office.port)
    return deliverer.delivery(database, transport, clock=clock, compose=compose).batch()


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
    assert deliverer.delivery(database, None, clock=clock).batch() == Delivered()
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
    put(database, BOOKED, ALONE)
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

    put(database, BOOKED, ALONE)
    assert run(database, office, clock, overtaken) == Delivered(sent=1, superseded=2)
    assert [mail["To"] for mail in office.taken] == ["moved@example.com"]


def test_what_is_superseded_while_it_goes_out_is_written_down_as_sent(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    def overtaken(mail: EmailMessage) -> None:
        if mail["To"] == "booked@example.com":
            put(database, MOVED)

    office.arrived = overtaken
    put(database, BOOKED)
    assert run(database, office, clock) == Delivered(sent=2)
    assert {each.status for each in rows(database)} == {NoticeStatus.SENT}


def test_a_bug_with_one_notice_is_logged_by_its_type_and_holds_up_no_other(
    database: Database, office: PostOffice, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def buggy(session: Session, notice: Notice) -> Letter:
        if notice.kind == "booked":
            raise KeyError("Quillon Zebrowski")
        return deliverer.compose(session, notice)

    broken, _ = put(database, BOOKED, ALONE)
    with caplog.at_level(logging.DEBUG):
        assert run(database, office, clock, buggy) == Delivered(sent=1, failed=1)
    (line,) = [each for each in caplog.records if each.name == "referral.notices.delivery"]
    assert line.getMessage() == "a notice failed: KeyError"
    assert line.__dict__["facts"] == {"notice": broken, "kind": "booked"}
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
    assert run(database, office, clock) == Delivered(sent=2)
    clock.now = NOON + LEASE
    assert run(database, office, clock) == Delivered(sent=1)
    assert set(office.ids) == ids


def test_one_that_takes_longer_than_its_lease_is_left_to_whoever_has_it_now(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    def slow(session: Session, notice: Notice) -> Letter:
        if clock.now == NOON:
            clock.now += LEASE
            assert run(database, office, clock).sent == 3
        return deliverer.compose(session, notice)

    ids = put_many(database, 3)
    assert run(database, office, clock, slow) == Delivered(superseded=1)
    assert Counter(office.ids) == Counter(ids)


def test_a_batch_ends_after_twenty(database: Database, office: PostOffice, clock: Clock) -> None:
    put_many(database, 21)
    assert run(database, office, clock) == Delivered(sent=20)
    assert len(office.peers) == 1
    assert run(database, office, clock) == Delivered(sent=1)


def test_one_that_kills_its_sender_each_time_dies_unsent(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    put(database, ALONE)
    for attempt in range(MOST_ATTEMPTS):
        assert lease(database, now=NOON + attempt * LEASE)
    clock.now = NOON + MOST_ATTEMPTS * LEASE
    assert run(database, office, clock) == Delivered(dead=1)
    after = row(database)
    assert (after.status, after.failure, after.leased_until) == (NoticeStatus.DEAD, "lost", None)
    assert office.taken == []


def test_whoever_must_know_is_told_of_each_end_with_it_and_of_no_other(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    told: list[tuple[str, NoticeStatus, NoticeStatus]] = []

    def ended(session: Session, notice: Notice, status: NoticeStatus) -> None:
        before = session.get_one(Notice, notice.id).status
        told.append((notice.kind, status, before))

    office.to_recipient["booked@example.com"] = "550 no such user"
    office.to_recipient["k@example.com"] = "451 later"
    put(database, BOOKED, ALONE, replace(ALONE, kind="k"))
    transport = deliverer.post(office.port)
    deliverer.delivery(database, transport, clock=clock, ended=ended).batch()
    waiting = NoticeStatus.WAITING
    assert sorted(told) == [
        ("booked", NoticeStatus.DEAD, waiting),
        ("digest", NoticeStatus.SENT, waiting),
    ]


def test_where_it_cannot_be_told_the_end_is_not_stored_either(
    database: Database, office: PostOffice, clock: Clock
) -> None:
    def ended(*_: object) -> None:
        raise UnavailableError("away")

    put(database, ALONE)
    transport = deliverer.post(office.port)
    with pytest.raises(UnavailableError):
        deliverer.delivery(database, transport, clock=clock, ended=ended).batch()
    assert row(database).status is NoticeStatus.WAITING
