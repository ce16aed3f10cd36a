"""What a limit lets through: in one process by arithmetic, in several by adding up."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from conftest import NOON
from crowd import Call, rush
from referral import limits
from referral.db import Database
from referral.limits import Limit, Standing, forget
from referral.policies import Policy
from referral.settings import Settings
from world import count, open_practice

HOLDER = bytes(16)
SECONDS = timedelta(seconds=1)
A_MINUTE = Policy("key", 60)
MOST = 600


@pytest.fixture(scope="module")
def nowhere() -> Iterator[Database]:
    """A database that cannot be reached: what is counted cannot be added up there."""
    database = Database("sqlite:////nowhere/referral.db", pool_size=1)
    yield database
    database.engine.dispose()


@given(
    st.integers(1, 20),
    st.lists(
        st.sampled_from([0, 0, 0, 0.5, 2, 3.3, 70]).map(lambda gap: gap * SECONDS), max_size=100
    ),
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_in_any_span_there_are_never_more_than_all_at_once_and_what_came_back(
    nowhere: Database, most: int, gaps: list[timedelta]
) -> None:
    limit = Limit(Policy("key", most), nowhere)
    moments = [NOON + gap for gap in accumulate(gaps, initial=timedelta())]
    taken = [now for now in moments if not limit.take(HOLDER, now=now).refused]

    for place, since in enumerate(taken):
        for calls, now in enumerate(taken[place:], start=1):
            assert calls <= most + (now - since) / timedelta(seconds=60) * most + 1e-3


@given(st.integers(1, 1000), st.integers(0, 300))
@hypothesis_settings(max_examples=40, deadline=None)
def test_what_is_said_to_be_left_is_left_and_the_wait_is_long_enough(
    nowhere: Database, most: int, before: int
) -> None:
    limit = Limit(Policy("key", most), nowhere)
    for _ in range(before):
        standing = limit.take(HOLDER, now=NOON)
    standing = limit.take(HOLDER, now=NOON)

    said = [limit.take(HOLDER, now=NOON).left for _ in range(min(standing.left, 50))]
    assert said == [standing.left - number for number in range(1, len(said) + 1)]
    assert all(later < earlier for earlier, later in pairwise(said))
    while not standing.refused:
        standing = limit.take(HOLDER, now=NOON)
    assert standing.left == 0
    assert not limit.take(HOLDER, now=NOON + standing.seconds * SECONDS).refused


def test_who_spreads_the_calls_as_told_goes_on_for_good(nowhere: Database) -> None:
    limit, now = Limit(A_MINUTE, nowhere), NOON
    for _ in range(50):
        limit.take(HOLDER, now=now)

    for _ in range(300):
        standing = limit.take(HOLDER, now=now)
        assert not standing.refused
        now += standing.seconds * SECONDS / max(1, standing.left)


def test_each_caller_has_an_allowance_of_their_own(nowhere: Database) -> None:
    limit = Limit(Policy("key", 1), nowhere)

    assert limit.take(HOLDER, now=NOON) == Standing(left=0, seconds=60, refused=False)
    assert limit.take(HOLDER, now=NOON) == Standing(left=0, seconds=60, refused=True)
    assert not limit.take(b"another", now=NOON).refused


def test_a_clock_that_is_set_back_shuts_nobody_out_for_long(nowhere: Database) -> None:
    limit = Limit(A_MINUTE, nowhere)
    limit.take(HOLDER, now=NOON + timedelta(days=1))

    assert limit.take(HOLDER, now=NOON) == Standing(left=0, seconds=61, refused=True)
    assert not limit.take(HOLDER, now=NOON + timedelta(seconds=61)).refused


def test_a_clock_that_is_set_back_is_no_matter_for_the_row_either(database: Database) -> None:
    late, now = (Limit(Policy("key", MOST), database) for _ in range(2))
    for limit, moment in ((late, NOON + timedelta(days=1)), (now, NOON)):
        for _ in range(MOST // 20):
            limit.take(HOLDER, now=moment)
        limit.settle()

    assert now.take(HOLDER, now=NOON).refused
    assert not now.take(HOLDER, now=NOON + timedelta(seconds=64)).refused


def test_who_has_not_called_lately_is_forgotten(nowhere: Database) -> None:
    limit = Limit(A_MINUTE, nowhere)
    for number in range(50):
        limit.take(bytes([number]), now=NOON)

    limit.take(HOLDER, now=NOON + timedelta(minutes=2))

    assert list(limit._spent) == [HOLDER]


def test_strangers_from_more_addresses_than_there_is_memory_for_do_not_fill_it(
    nowhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_HOLDERS", 10)
    limit = Limit(A_MINUTE, nowhere)
    for _ in range(20):
        limit.take(HOLDER, now=NOON)

    for number in range(200):
        limit.take(bytes([number]), now=NOON)

    assert len(limit._spent) <= 10
    assert limit.take(HOLDER, now=NOON).left == 60 - 21


def test_few_calls_are_no_business_of_the_database(database: Database) -> None:
    limit = Limit(Policy("key", MOST), database)
    for number in range(40):
        limit.take(HOLDER, now=NOON + number * timedelta(minutes=2))
    for number in range(MOST // 20 - 1):
        limit.take(bytes([number]), now=NOON)
    limit.settle()

    assert count(database, "spent_calls") == 0


def test_what_other_processes_counted_is_learned_and_in_the_end_forgotten(
    database: Database,
) -> None:
    here, there = (Limit(Policy("key", MOST), database) for _ in range(2))
    for limit in (here, there):
        for _ in range(30):
            standing = limit.take(HOLDER, now=NOON)
        limit.settle()

    assert (standing.left, there.take(HOLDER, now=NOON).left) == (570, 539)
    for moment, left in ((NOON, 1), (NOON + timedelta(seconds=10), 0)):
        with database.unit_of_work() as session:
            forget(session, now=moment)
        assert count(database, "spent_calls") == left


def test_without_the_database_a_process_goes_on_with_its_own_count(nowhere: Database) -> None:
    limit = Limit(A_MINUTE, nowhere)
    taken = []
    for _ in range(70):
        taken.append(limit.take(HOLDER, now=NOON))
        limit.settle()

    assert [standing.refused for standing in taken] == [False] * 60 + [True] * 10


def test_processes_that_cannot_add_up_stop_at_their_own_limit_and_owe_the_rest(
    sqlite_url: str,
) -> None:
    """On SQLite nobody waits for the writer's turn: this is as far as it can go."""
    writer, *databases = (Database(sqlite_url, pool_size=1) for _ in range(4))
    limits = [Limit(Policy("key", MOST), database) for database in databases]

    def let_through(limit: Limit, *, seconds: int = 0, settles: bool = True) -> int:
        let = 0
        for _ in range(700):
            let += not limit.take(HOLDER, now=NOON + seconds * SECONDS).refused
            if settles:
                limit.settle()
        return let

    with writer.unit_of_work() as session:
        session.connection()
        assert [let_through(limit, settles=False) for limit in limits] == [MOST] * 3
    for limit in limits * 2:
        limit.settle()
        assert limit.take(HOLDER, now=NOON).refused
    for limit in limits:
        limit.settle()

    assert sum(let_through(limit, seconds=60) for limit in limits) < MOST
    for database in (writer, *databases):
        database.engine.dispose()


def test_a_key_that_hammers_two_processes_at_once_is_stopped_near_its_limit(
    client: TestClient, settings: Settings
) -> None:
    practice = open_practice(client)
    search = Call("/api/v1/requests/search", {}, practice.bearer["Authorization"])
    limited = settings.model_copy(update={"key_calls_per_minute": 100})

    answers = rush(limited, [search] * 280, processes=2, now=NOON)

    statuses = Counter(status for status, _ in answers)
    assert statuses.keys() == {200, 429}
    # Each process is ahead by a share or two, and by what it answers while that is added up.
    assert 90 <= statuses[200] < 150
