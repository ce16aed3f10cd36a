"""Figures of a million requests: one clinic's, the daily count of all, and what everybody reads.

`python benchmarks/counting.py [requests] [clinics] [database URL]`; on SQLite if no URL.
"""

import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory

import filling
from referral.statistics import service
from referral.statistics.service import Span

TIMES = 5


def timed(name: str, act: Callable[[], object], times: int = TIMES) -> None:
    """Print how long an act takes: the best and the worst of a few times."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    print(f"{name}: {min(took):.1f} to {max(took):.1f} ms")


def main(requests: int = 1_000_000, clinics: int = 500, *, url: str = "") -> None:
    """Fill a database and count."""
    with TemporaryDirectory() as folder:
        database = filling.migrated(url or f"sqlite:///{folder}/counting.db")
        ids = filling.clinics(database, clinics)
        filling.requests(database, ids, requests)
        filling.settled(database)
        year = Span(filling.NEW_YEAR, filling.NEW_YEAR + timedelta(days=366))

        def figures() -> None:
            with database.reading() as session:
                service.of_clinic(session, ids[0], year, now=year.before)

        def public() -> None:
            with database.reading() as session:
                assert service.public(session)

        def count(now: datetime = year.before - timedelta(days=7)) -> None:
            assert service.take_stock(database, now=now)

        timed(f"a year of one clinic, {requests // clinics} requests", figures)
        timed(f"90 days of {clinics} clinics, once a day", count, times=1)
        timed("what everybody reads", public)
        database.engine.dispose()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), url="".join(sys.argv[3:]))
