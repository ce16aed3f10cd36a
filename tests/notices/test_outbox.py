from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from conftest import NOON
from outbox_steps import (
    ALONE,
    BOOKED,
    DEAD,
    FOR_CLINIC,
    MINUTE,
    MOVED,
    SENT,
    SUPERSEDED,
    VISIT,
    WAITING,
    fail,
    get,
    lease,
    leased_ids,
    put,
    sent,
)
from referral.db import Database
from referral.notices import leasing, outbox
from referral.notices.backoff import MOST_ATTEMPTS
from referral.notices.leasing import LEASE
from referral.notices.models import Audience
from referral.notices.outbox import Draft


def test_a_notice_waits_and_is_due_at_once(database: Database) -> None:
    (notice_id,) = put(database, replace(BOOKED, clinic_id=uuid4(), data={"state": "booked"}))
    notice = get(database, notice_id)
    assert (notice.status, notice.due_at, notice.created_at) == (WAITING, NOON, NOON)
    assert (notice.attempts, notice.leased_until, notice.failure) == (0, None, None)
    assert notice.data == {"state": "booked"}


def test_what_is_rolled_back_is_not_told(database: Database) -> None:
    def put_and_fail() -> None:
        with database.unit_of_work() as session:
            outbox.put(session, BOOKED, now=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put_and_fail()
    assert leased_ids(database) == []


def test_the_same_notice_twice_is_a_bug(database: Database) -> None:
    put(database, BOOKED)
    with pytest.raises(IntegrityError):
        put(database, BOOKED)


def test_two_without_an_appointment_are_two(database: Database) -> None:
    assert set(put(database, ALONE, ALONE)) == set(leased_ids(database))


def test_a_later_notice_supersedes_the_earlier_ones_that_wait(database: Database) -> None:
    ids = put(database, BOOKED, replace(BOOKED, kind="reminder", due_at=NOON + MINUTE))
    (later,) = put(database, MOVED)
    assert [get(database, each).status for each in ids] == [SUPERSEDED, SUPERSEDED]
    assert get(database, later).status is WAITING
    assert leased_ids(database) == [later]


@pytest.mark.parametrize(
    "other",
    [
        FOR_CLINIC,
        replace(BOOKED, appointment_id=uuid4()),
        replace(BOOKED, version=3, kind="reminder"),
        replace(BOOKED, version=4),
        ALONE,
    ],
)
def test_a_later_notice_leaves_all_others_alone(database: Database, other: Draft) -> None:
    (untouched,) = put(database, other)
    put(database, MOVED)
    assert get(database, untouched).status is WAITING


def test_superseding_says_which_ones_were_withdrawn(database: Database) -> None:
    ids = put(database, BOOKED, FOR_CLINIC)
    with database.unit_of_work() as session:
        gone = outbox.supersede(session, VISIT, Audience.PATIENT, before_version=3)
    assert [notice.id for notice in gone] == ids[:1]


def test_what_was_sent_stays_sent(database: Database) -> None:
    put(database, BOOKED)
    (notice,) = lease(database)
    sent(database, notice)
    put(database, MOVED)
    assert get(database, notice.id).status is SENT


def test_a_lease_takes_what_is_due_the_longest_due_first(database: Database) -> None:
    late, soon, early = put(
        database,
        replace(ALONE, due_at=NOON),
        replace(ALONE, due_at=NOON + MINUTE),
        replace(ALONE, due_at=NOON - MINUTE),
    )
    assert leased_ids(database) == [early, late]
    assert leased_ids(database, now=NOON + MINUTE) == [soon]


def test_a_lease_takes_one(database: Database) -> None:
    put(database, ALONE, ALONE)
    assert [len(lease(database, limit=1)) for _ in range(3)] == [1, 1, 0]


def test_a_lease_counts_the_attempt_and_ends_after_five_minutes(database: Database) -> None:
    (notice_id,) = put(database, ALONE)
    (notice,) = lease(database)
    assert (notice.attempts, notice.leased_until) == (1, NOON + 5 * MINUTE)
    assert leased_ids(database, now=NOON + LEASE - MINUTE / 60) == []
    assert leased_ids(database, now=NOON + LEASE) == [notice_id]
    assert get(database, notice_id).attempts == 2


def test_two_of_one_appointment_and_audience_are_never_out_at_once(database: Database) -> None:
    first, second, clinic, other = put(
        database,
        BOOKED,
        replace(BOOKED, kind="reminder", due_at=NOON + MINUTE),
        FOR_CLINIC,
        replace(BOOKED, appointment_id=uuid4()),
    )
    now = NOON + MINUTE
    out = {notice.id: notice for notice in lease(database, now=now)}
    assert set(out) == {first, clinic, other}
    assert leased_ids(database, now=now) == []
    sent(database, out[first])
    assert leased_ids(database, now=now) == [second]


def test_one_that_is_being_sent_holds_up_the_one_that_supersedes_it(database: Database) -> None:
    put(database, BOOKED)
    (notice,) = lease(database)
    (later,) = put(database, MOVED)
    assert leased_ids(database) == []
    sent(database, notice)
    assert get(database, notice.id).status is SENT
    assert leased_ids(database) == [later]


@pytest.mark.parametrize("end", ["hold", "fail", "supersede"])
def test_a_superseded_one_frees_the_way_however_it_ends(database: Database, end: str) -> None:
    put(database, BOOKED)
    (notice,) = lease(database)
    (later,) = put(database, MOVED)
    with database.unit_of_work() as session:
        if end == "hold":
            assert not leasing.hold(session, notice, now=NOON)
        if end == "supersede":
            leasing.settle_superseded(session, notice)
    if end == "fail":
        fail(database, notice)
    assert get(database, notice.id).status is SUPERSEDED
    assert leased_ids(database) == [later]


def test_a_held_notice_has_its_lease_renewed(database: Database) -> None:
    put(database, ALONE)
    (notice,) = lease(database)
    with database.unit_of_work() as session:
        assert leasing.hold(session, notice, now=NOON + 4 * MINUTE)
    assert leased_ids(database, now=NOON + LEASE) == []
    assert leased_ids(database, now=NOON + 4 * MINUTE + LEASE) == [notice.id]


def test_whoever_lost_the_lease_may_not_send_and_not_settle(database: Database) -> None:
    put(database, ALONE)
    (slow,) = lease(database)
    (quick,) = lease(database, now=NOON + LEASE)
    with database.unit_of_work() as session:
        assert not leasing.hold(session, slow, now=NOON + LEASE)
        leasing.settle_superseded(session, slow)
    fail(database, slow, permanent=True)
    kept = get(database, quick.id)
    assert (kept.status, kept.leased_until) == (WAITING, NOON + 2 * LEASE)


def test_a_failure_waits_longer_each_time_and_dies_after_twelve(database: Database) -> None:
    put(database, ALONE)
    now, waits = NOON, []
    for _ in range(MOST_ATTEMPTS):
        (notice,) = lease(database, now=now)
        fail(database, notice, now=now)
        after = get(database, notice.id)
        waits.append((after.due_at - now) / MINUTE)
        now = after.due_at
    assert waits == [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 180, 180, 180]
    assert (after.status, after.failure, after.attempts) == (DEAD, "connection", 12)
    assert leased_ids(database, now=now + timedelta(days=9)) == []


def test_a_permanent_failure_is_the_end(database: Database) -> None:
    put(database, ALONE)
    (notice,) = lease(database)
    assert fail(database, notice, permanent=True) is DEAD
    assert leased_ids(database, now=NOON + timedelta(days=9)) == []
