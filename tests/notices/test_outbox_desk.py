from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from conftest import NOON
from outbox_steps import (
    ALONE,
    BOOKED,
    DEAD,
    DROPPED,
    MINUTE,
    MOVED,
    SENT,
    SUPERSEDED,
    WAITING,
    fail,
    get,
    lease,
    leased_ids,
    put,
    sent,
)
from referral.db import Database
from referral.errors import ConflictError, NotFoundError
from referral.notices import outbox
from referral.notices.models import Audience
from referral.notices.outbox import Draft


def test_counts_name_every_status(database: Database) -> None:
    put(database, BOOKED, MOVED, ALONE)
    with database.reading() as session:
        found = outbox.counts(session)
    assert found == {WAITING: 2, SENT: 0, DEAD: 0, SUPERSEDED: 1, DROPPED: 0}


def test_a_listing_is_by_status_and_age(database: Database) -> None:
    (second,) = put(database, ALONE, now=NOON)
    (first,) = put(database, BOOKED, now=NOON - MINUTE)
    (third,) = put(database, MOVED, now=NOON + MINUTE)
    with database.reading() as session:
        everything = [notice.id for notice in outbox.listing(session)]
        some = [notice.id for notice in outbox.listing(session, WAITING, DEAD)]
        few = [notice.id for notice in outbox.listing(session, limit=1)]
    assert (everything, some, few) == ([first, second, third], [second, third], [first])


def dead(database: Database, draft: Draft) -> UUID:
    (notice_id,) = put(database, draft)
    (notice,) = lease(database)
    assert fail(database, notice, permanent=True) is DEAD
    return notice_id


def test_a_dead_one_can_be_tried_again_from_the_start(database: Database) -> None:
    notice_id = dead(database, BOOKED)
    with database.unit_of_work() as session:
        outbox.retry(session, notice_id, now=NOON + MINUTE)
    (notice,) = lease(database, now=NOON + MINUTE)
    assert (notice.id, notice.attempts) == (notice_id, 1)


def test_a_dead_one_that_was_overtaken_is_not_tried_again(database: Database) -> None:
    notice_id = dead(database, BOOKED)
    (later,) = put(database, MOVED)
    with database.unit_of_work() as session:
        assert outbox.retry(session, notice_id, now=NOON).status is SUPERSEDED
    assert leased_ids(database) == [later]


@pytest.mark.parametrize("draft", [BOOKED, ALONE])
def test_a_dead_one_is_not_overtaken_by_others(database: Database, draft: Draft) -> None:
    notice_id = dead(database, draft)
    put(database, replace(MOVED, audience=Audience.CLINIC), replace(ALONE, version=5))
    put(database, replace(MOVED, appointment_id=uuid4()), replace(BOOKED, kind="reminder"))
    with database.unit_of_work() as session:
        assert outbox.retry(session, notice_id, now=NOON).status is WAITING


def test_a_waiting_or_dead_one_can_be_dropped(database: Database) -> None:
    ids = [dead(database, BOOKED), *put(database, ALONE)]
    with database.unit_of_work() as session:
        for notice_id in ids:
            outbox.drop(session, notice_id)
    assert [get(database, each).status for each in ids] == [DROPPED, DROPPED]
    assert leased_ids(database) == []


@pytest.mark.parametrize("verb", [outbox.drop, lambda *a: outbox.retry(*a, now=NOON)])
def test_what_is_over_or_unknown_can_neither_be_dropped_nor_retried(
    database: Database, verb: Callable[..., object]
) -> None:
    put(database, ALONE)
    (notice,) = lease(database)
    sent(database, notice)
    with pytest.raises(ConflictError), database.unit_of_work() as session:
        verb(session, notice.id)
    with pytest.raises(NotFoundError), database.unit_of_work() as session:
        verb(session, uuid4())
    assert get(database, notice.id).status is SENT


def test_a_waiting_one_cannot_be_retried(database: Database) -> None:
    (notice_id,) = put(database, ALONE)
    with pytest.raises(ConflictError), database.unit_of_work() as session:
        outbox.retry(session, notice_id, now=NOON)
