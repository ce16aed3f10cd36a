from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import delete

from conftest import NOON
from referral.db import Database
from referral.errors import ConflictError, NotFoundError
from referral.notices import outbox
from referral.notices.backoff import FIRST_PAUSE, LONGEST_PAUSE, MOST_ATTEMPTS, pause
from referral.notices.models import Audience, Notice, NoticeStatus
from referral.notices.outbox import LEASE, Draft

MINUTE = timedelta(minutes=1)
VISIT = UUID("00000000-0000-4000-8000-000000000001")
WAITING, SENT, DEAD, SUPERSEDED, DROPPED = NoticeStatus
BOOKED = Draft(Audience.PATIENT, "booked", appointment_id=VISIT, version=2)
MOVED = replace(BOOKED, kind="moved", version=3)
FOR_CLINIC = replace(BOOKED, audience=Audience.CLINIC)
ALONE = Draft(Audience.OPERATOR, "digest")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=3)
    yield database
    database.engine.dispose()


def put(database: Database, *drafts: Draft, now: datetime = NOON) -> list[UUID]:
    with database.unit_of_work() as session:
        return [outbox.put(session, draft, now=now).id for draft in drafts]


def lease(database: Database, *, now: datetime = NOON, limit: int = 20) -> list[Notice]:
    with database.unit_of_work() as session:
        return outbox.lease(session, now=now, limit=limit)


def leased_ids(database: Database, **options: Any) -> list[UUID]:  # noqa: ANN401 - as above
    return [notice.id for notice in lease(database, **options)]


def fail(
    database: Database, notice: Notice, *, permanent: bool = False, now: datetime = NOON
) -> NoticeStatus:
    with database.unit_of_work() as session:
        return outbox.settle_failed(
            session, notice, "connection", permanent=permanent, now=now, jitter=lambda: 0.5
        )


def sent(database: Database, notice: Notice, *, now: datetime = NOON) -> None:
    with database.unit_of_work() as session:
        outbox.settle_sent(session, notice, now=now)


def get(database: Database, notice_id: UUID) -> Notice:
    with database.reading() as session:
        found = session.get(Notice, notice_id)
        assert found is not None
        return found


def test_a_notice_waits_and_is_due_at_once(database: Database) -> None:
    (notice_id,) = put(database, replace(BOOKED, clinic_id=uuid4(), data={"state": "booked"}))
    notice = get(database, notice_id)
    assert (notice.status, notice.due_at, notice.created_at) == (WAITING, NOON, NOON)
    assert (notice.attempts, notice.leased_until, notice.failure) == (0, None, None)
    assert notice.data == {"state": "booked"}


def test_what_is_rolled_back_is_not_told(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.unit_of_work() as session:
        outbox.put(session, BOOKED, now=NOON)
        raise ZeroDivisionError
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


def test_a_lease_is_limited(database: Database) -> None:
    put(database, *[ALONE] * 5)
    assert [len(lease(database, limit=2)) for _ in range(4)] == [2, 2, 1, 0]


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
            assert not outbox.hold(session, notice, now=NOON)
        if end == "supersede":
            outbox.settle_superseded(session, notice)
    if end == "fail":
        fail(database, notice)
    assert get(database, notice.id).status is SUPERSEDED
    assert leased_ids(database) == [later]


def test_a_held_notice_has_its_lease_renewed(database: Database) -> None:
    put(database, ALONE)
    (notice,) = lease(database)
    with database.unit_of_work() as session:
        assert outbox.hold(session, notice, now=NOON + 4 * MINUTE)
    assert leased_ids(database, now=NOON + LEASE) == []
    assert leased_ids(database, now=NOON + 4 * MINUTE + LEASE) == [notice.id]


def test_whoever_lost_the_lease_may_not_send_and_not_settle(database: Database) -> None:
    put(database, ALONE)
    (slow,) = lease(database)
    (quick,) = lease(database, now=NOON + LEASE)
    with database.unit_of_work() as session:
        assert not outbox.hold(session, slow, now=NOON + LEASE)
        outbox.settle_superseded(session, slow)
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


def test_one_that_kills_its_sender_each_time_dies_too(database: Database) -> None:
    put(database, ALONE)
    for attempt in range(MOST_ATTEMPTS):
        (notice,) = lease(database, now=NOON + attempt * LEASE)
    assert leased_ids(database, now=NOON + MOST_ATTEMPTS * LEASE) == []
    after = get(database, notice.id)
    assert (after.status, after.failure, after.leased_until) == (DEAD, "lost", None)


@given(st.integers(1, 40), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_anything_up_to_its_ceiling(attempts: int, draw: float) -> None:
    ceiling = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    assert timedelta(0) <= pause(attempts, lambda: draw) <= ceiling
    assert pause(attempts, lambda: 0.5) == ceiling / 2


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


STEPS = st.one_of(
    st.tuples(st.just("put"), st.integers(0, 1), st.sampled_from(list(Audience))),
    st.tuples(st.just("lease"), st.integers(1, 3)),
    st.tuples(st.sampled_from(["sent", "failed", "permanent", "crashed"]), st.integers(0, 5)),
    st.tuples(st.just("drop"), st.integers(0, 5)),
    st.tuples(st.just("wait"), st.integers(0, 400)),
)


class Story:
    """One history of an outbox, checked at every step."""

    def __init__(self, database: Database, draws: Iterator[float]) -> None:
        self.database = database
        self.now = NOON
        self.out: list[Notice] = []
        self.versions = 0
        self.jitter = lambda: next(draws)

    def take(self, step: tuple[Any, ...]) -> None:
        getattr(self, step[0])(*step[1:])

    def put(self, appointment: int, audience: Audience) -> None:
        self.versions += 1
        visit = UUID(int=appointment)
        put(self.database, Draft(audience, "k", visit, version=self.versions), now=self.now)

    def lease(self, limit: int) -> None:
        taken = lease(self.database, now=self.now, limit=limit)
        self.out += taken
        now_out = [n for n in self.out if (n.leased_until or self.now) > self.now]
        pairs = [(n.appointment_id, n.audience) for n in now_out]
        assert len(pairs) == len(set(pairs))
        assert all(notice.attempts <= MOST_ATTEMPTS for notice in taken)

    def sent(self, which: int) -> None:
        for notice in self._one_that_is_out(which):
            sent(self.database, notice, now=self.now)
            assert get(self.database, notice.id).status is SENT

    def failed(self, which: int, *, permanent: bool = False) -> None:
        for notice in self._one_that_is_out(which):
            before = get(self.database, notice.id)
            with self.database.unit_of_work() as session:
                outbox.settle_failed(
                    session,
                    notice,
                    "connection",
                    permanent=permanent,
                    now=self.now,
                    jitter=self.jitter,
                )
            after = get(self.database, notice.id)
            self._check_failure(before, after, notice, end=permanent)

    def permanent(self, which: int) -> None:
        self.failed(which, permanent=True)

    def crashed(self, which: int) -> None:
        self._one_that_is_out(which)

    def drop(self, which: int) -> None:
        with self.database.unit_of_work() as session:
            open_ones = outbox.listing(session, WAITING, DEAD)
            if open_ones:
                outbox.drop(session, open_ones[which % len(open_ones)].id)

    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    def waiting(self) -> int:
        with self.database.reading() as session:
            return outbox.counts(session)[WAITING]

    def _one_that_is_out(self, which: int) -> list[Notice]:
        return [self.out.pop(which % len(self.out))] if self.out else []

    def _check_failure(self, before: Notice, after: Notice, notice: Notice, *, end: bool) -> None:
        if before.status is not WAITING or before.attempts != notice.attempts:
            assert (after.status, after.due_at) == (before.status, before.due_at)
            return
        ceiling = min(FIRST_PAUSE * 2 ** (after.attempts - 1), LONGEST_PAUSE)
        assert timedelta(0) <= after.due_at - self.now <= ceiling
        assert after.status is (DEAD if end or after.attempts >= MOST_ATTEMPTS else WAITING)
        assert after.leased_until is None


@given(
    steps=st.lists(STEPS, max_size=25),
    end=st.lists(st.sampled_from(["sent", "failed", "crashed"]), min_size=1, max_size=5),
    draws=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=5),
)
@hypothesis_settings(
    max_examples=30,
    deadline=None,
    # Each example starts by emptying the table.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_history_ends_with_every_notice_settled(
    database: Database, steps: list[tuple[Any, ...]], end: list[str], draws: list[float]
) -> None:
    with database.unit_of_work() as session:
        session.execute(delete(Notice))
    story = Story(database, iter(draws * 500))
    for step in steps:
        story.take(step)
    for turn in range(100):
        if not story.waiting():
            break
        story.wait(360)
        story.lease(3)
        while story.out:
            story.take((end[turn % len(end)], 0))
    assert story.waiting() == 0
