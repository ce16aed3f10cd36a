"""The work that happens by itself: one round after another, in a thread or a process of its own."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from referral.appointments.retention import forget_unused
from referral.db import Database
from referral.errors import UnavailableError

log = logging.getLogger(__name__)
SECONDS_BETWEEN_ROUNDS = 600.0


def run(database: Database, stop: threading.Event, *, clock: Callable[[], datetime]) -> None:
    """Work until `stop` is set; a database that is away is tried again in the next round."""
    while not stop.is_set():
        try:
            round_of(database, now=clock())
        except UnavailableError:
            log.warning("the database does not answer; trying again in the next round")
        stop.wait(SECONDS_BETWEEN_ROUNDS)


def round_of(database: Database, *, now: datetime) -> int:
    """Do what is due at `now` and return how many unused assessments were forgotten."""
    with database.unit_of_work() as session:
        forgotten = forget_unused(session, now=now)
    log.info("forgot %d unused assessments", forgotten)
    return forgotten


@contextmanager
def in_background(database: Database, *, clock: Callable[[], datetime]) -> Iterator[None]:
    """Run the worker as a thread for as long as the block lasts."""
    stop = threading.Event()
    thread = threading.Thread(
        target=run, args=(database, stop), kwargs={"clock": clock}, name="worker", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)
