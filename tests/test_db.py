"""What callers may rely on: shared commits that keep callers apart, connections that are alive."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from threading import Barrier, Lock
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from referral.commits import SharedCommits
from referral.db import Database
from referral.engines import beginning, make_engine
from referral.languages import Language, speaking, spoken
from referral.record.models import EventCounter
from world import count

CALLERS = 4


class Crowd:
    """Callers who all wait before the first of them gets the turn."""

    def __init__(self, url: str) -> None:
        self.commits = 0
        self.statement_before_commit = "SELECT 1"
        self.database = Database(url)
        self._engine = beginning(make_engine(url, pool_size=1), "BEGIN IMMEDIATE")
        self._all_wait = Barrier(CALLERS)
        self._lock = Lock()

    def call(self, *verbs: Callable[[Session], str]) -> list[Future[str]]:
        """Run the verbs at the same moment, in threads that speak English and Spanish in turn."""
        shared = SharedCommits(self._transaction, Turn(self._all_wait, self._lock))

        def settle(verb: Callable[[Session], str], language: Language) -> str:
            with speaking(language):
                return shared.settle(verb)

        with ThreadPoolExecutor(CALLERS) as pool:
            return [pool.submit(settle, *each) for each in zip(verbs, cycle(Language))]

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with Session(self._engine) as session:
            yield session
            session.execute(text(self.statement_before_commit))
            session.commit()
            self.commits += 1


class Turn:
    """A lock that opens when all have come."""

    def __init__(self, all_wait: Barrier, lock: Lock) -> None:
        self._all_wait = all_wait
        self._lock = lock

    def __enter__(self) -> None:
        self._all_wait.wait()
        self._lock.acquire()

    def __exit__(self, *_error: object) -> None:
        self._lock.release()


@pytest.fixture
def crowd(sqlite_url: str) -> Crowd:
    return Crowd(sqlite_url)


def keep(number: int) -> Callable[[Session], str]:
    """Return a verb that stores a row."""
    row = EventCounter(clinic_id=UUID(int=number))

    def verb(session: Session) -> str:
        session.add(row)
        return f"kept {number}"

    return verb


def say(_session: Session) -> str:
    """Return the language that is spoken."""
    return spoken()


def refuse(session: Session) -> str:
    """Store a row, and then refuse."""
    session.add(EventCounter(clinic_id=UUID(int=99)))
    session.flush()
    raise LookupError


def lose(session: Session) -> str:
    """Lose the transaction that everybody's rows are in, as a full disk does."""
    session.connection().exec_driver_sql("ROLLBACK")
    session.connection().exec_driver_sql("SELECT * FROM nothing")
    return "lost"


def test_callers_who_wait_share_a_commit(crowd: Crowd) -> None:
    called = crowd.call(*(keep(number) for number in range(CALLERS)))

    assert [one.result() for one in called] == [f"kept {number}" for number in range(CALLERS)]
    assert crowd.commits == 1
    assert count(crowd.database, "event_counters") == CALLERS


def test_whoever_commits_each_is_answered_in_their_own_language(crowd: Crowd) -> None:
    called = crowd.call(*[say] * CALLERS)

    assert [one.result() for one in called] == [*Language] * (CALLERS // len(Language))


def test_an_error_undoes_the_work_of_its_caller_alone(crowd: Crowd) -> None:
    called = crowd.call(keep(1), refuse, keep(1), keep(2))

    assert isinstance(called[1].exception(), LookupError)
    twice = {type(called[place].exception()) for place in (0, 2)}
    assert twice == {type(None), IntegrityError}
    assert called[3].exception() is None
    assert count(crowd.database, "event_counters") == 2


def test_a_commit_that_fails_is_confirmed_to_nobody(crowd: Crowd) -> None:
    crowd.statement_before_commit = "SELECT * FROM nothing"

    called = crowd.call(*(keep(number) for number in range(CALLERS)))

    assert all(isinstance(one.exception(), OperationalError) for one in called)
    assert count(crowd.database, "event_counters") == 0


def test_a_transaction_that_is_lost_is_lost_for_all(crowd: Crowd) -> None:
    called = crowd.call(keep(1), keep(2), lose, keep(3))

    assert all(isinstance(one.exception(), OperationalError) for one in called)
    assert count(crowd.database, "event_counters") == 0


def test_a_connection_that_was_closed_while_idle_is_replaced(postgresql_url: str) -> None:
    database = Database(postgresql_url, pool_size=1)
    before = backend(database)
    with psycopg.connect(postgresql_url) as admin:
        # Waits until it is gone, at most five seconds.
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [before])

    assert backend(database) not in {before, None}

    database.engine.dispose()


def backend(database: Database) -> int:
    """Return which process of the server serves us."""
    with database.reading() as session:
        return int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
