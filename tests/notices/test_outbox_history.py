from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlmodel import delete

from conftest import NOON
from outbox_steps import DEAD, MINUTE, SENT, WAITING, fail, get, lease, put, sent
from referral.db import Database
from referral.notices import leasing, outbox
from referral.notices.backoff import FIRST_PAUSE, LONGEST_PAUSE, MOST_ATTEMPTS, pause
from referral.notices.models import Audience, Notice
from referral.notices.outbox import Draft


@given(st.integers(1, 40), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_anything_up_to_its_ceiling(attempts: int, draw: float) -> None:
    ceiling = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    assert timedelta(0) <= pause(attempts, lambda: draw) <= ceiling
    assert pause(attempts, lambda: 0.5) == ceiling / 2


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
        for notice in taken:
            # As delivery does it: nobody has settled the last attempt.
            if notice.attempts > MOST_ATTEMPTS:
                fail(self.database, notice, permanent=True, now=self.now)
            else:
                self.out.append(notice)
        now_out = [n for n in self.out if (n.leased_until or self.now) > self.now]
        pairs = [(n.appointment_id, n.audience) for n in now_out]
        assert len(pairs) == len(set(pairs))

    def sent(self, which: int) -> None:
        for notice in self._one_that_is_out(which):
            sent(self.database, notice, now=self.now)
            assert get(self.database, notice.id).status is SENT

    def failed(self, which: int, *, permanent: bool = False) -> None:
        for notice in self._one_that_is_out(which):
            before = get(self.database, notice.id)
            with self.database.unit_of_work() as session:
                leasing.settle_failed(
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
