"""Calls that wait for each other in PostgreSQL: how a test knows that they do."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from httpx2 import Response
from sqlalchemy import text

from referral.db import Database

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def until_they_wait(database: Database, *calls: Future[Response]) -> None:
    """Return as soon as all of `calls` wait for a lock, or are over."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
        while sum(not call.done() for call in calls) > watcher.execute(WAITING).scalar_one():
            pass


def let_in_at_once(
    database: Database, rows: str, calls: Sequence[Callable[[], Response]]
) -> list[Response]:
    """Make the calls while `rows` (a query) are locked, let go once all wait; return what came."""
    with ThreadPoolExecutor(len(calls)) as pool:
        with database.unit_of_work() as session:
            session.execute(text(f"{rows} FOR UPDATE"))
            running = [pool.submit(call) for call in calls]
            until_they_wait(database, *running)
        return [each.result() for each in running]
