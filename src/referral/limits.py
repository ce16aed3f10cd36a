"""How many calls a caller may make: counted in memory, and now and then added up for all processes.

What a process counted goes into a shared row in the background, a twentieth of the allowance at a
time (docs/adr/0020-counted-here-added-up-there.md).
"""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import nlargest
from typing import NamedTuple

from sqlalchemy import BigInteger, CursorResult, Executable, case
from sqlmodel import Field, Session, SQLModel, col, delete

from referral.db import Database, table_of
from referral.policies import Policy
from referral.spelled import insert

log = logging.getLogger(__name__)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
SHARE = 20
# Of a small allowance a twentieth would be a write for each call.
SMALLEST_SHARE = 3
# Strangers may come from more addresses than there is memory for.
MOST_HOLDERS = 50_000


class SpentCalls(SQLModel, table=True):
    """What a caller of many calls has spent in all processes, as the moment when it is all back.

    `holder` is who calls, in the form that `policy` has for it: for `key`, the 16 bytes of its id.
    `until` counts microseconds from 1970 on, so that one statement can add to it on any database.
    """

    __tablename__ = "spent_calls"

    policy: str = Field(primary_key=True, max_length=16)
    holder: bytes = Field(primary_key=True)
    until: int = Field(sa_type=BigInteger)


class Standing(NamedTuple):
    """Where a caller stands after a call.

    Who spreads the calls that are `left` over `seconds` can go on for good. With none left, a call
    is possible again after `seconds`.
    """

    left: int
    seconds: int
    refused: bool


@dataclass(slots=True)
class _Spent:
    """What this process knows of a caller: all is back at `until`, in microseconds.

    The row lacks the last calls, as many as `unshared`, and those that are being added to it.
    """

    until: int
    unshared: int = 0
    adding: Future[None] | None = None


def one_thread() -> ThreadPoolExecutor:
    """Return the thread in which calls are added up; the limits of a process can share it."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="limits")


@dataclass(slots=True)
class Limit:
    """The allowances of all callers under one policy (a leaky bucket each, known as GCRA)."""

    policy: Policy
    database: Database
    thread: ThreadPoolExecutor = field(default_factory=one_thread)
    _step: int = field(init=False)
    _whole: int = field(init=False)
    _share: int = field(init=False)
    _spent: dict[bytes, _Spent] = field(default_factory=dict)
    _swept: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._step = self.policy.seconds * SECOND // self.policy.most
        self._whole = self._step * self.policy.most
        self._share = min(self.policy.most, max(SMALLEST_SHARE, self.policy.most // SHARE))

    def take(self, holder: bytes, *, now: datetime) -> Standing:
        """Count a call of `holder`, unless none is left: such a call is refused, and costs none."""
        moment = _microseconds(now)
        with self._lock:
            spent = self._of(holder, moment)
            debt = self._debt(spent.until, moment)
            refused = debt + self._step > self._whole
            if not refused:
                debt += self._step
                spent.unshared += 1
            spent.until = moment + debt
            ahead = self._hand_over(holder, spent, moment)
        # Where this is a thread of its own. In place, all other callers would wait, too.
        if ahead and not self.database.in_process:
            wait([ahead])
        left = max(0, (self._whole - debt) // self._step)
        time = max(left * self._step, debt + self._step - self._whole)
        return Standing(left, -(-time // SECOND), refused)

    def is_half_spent(self, holder: bytes, *, now: datetime) -> bool:
        """Return whether half of what `holder` had is spent, as far as is known here."""
        moment = _microseconds(now)
        with self._lock:
            spent = self._spent.get(holder)
        return spent is not None and 2 * self._debt(spent.until, moment) >= self._whole

    def settle(self) -> None:
        """Wait until the row has what it was to be given so far."""
        self.thread.submit(lambda: None).result()

    def _of(self, holder: bytes, moment: int) -> _Spent:
        """Return what is known of `holder`."""
        if moment - self._swept >= self._whole or len(self._spent) >= MOST_HOLDERS:
            self._sweep(moment)
        return self._spent.get(holder) or self._spent.setdefault(holder, _Spent(until=moment))

    def _sweep(self, moment: int) -> None:
        """Forget who has not called for as long as it takes until all is back.

        Where these are too few, also those to whom most of it is back.
        """
        self._swept, ago = moment, moment - self._whole
        kept = [(of, one) for of, one in self._spent.items() if one.until > ago]
        if len(kept) > MOST_HOLDERS // 2:
            kept = nlargest(MOST_HOLDERS // 2, kept, key=lambda pair: pair[1].until)
        self._spent = dict(kept)

    def _debt(self, until: int, moment: int) -> int:
        """Return how long it takes until all is back; bounded, for clocks can be set back."""
        return min(max(until - moment, 0), 2 * self._whole)

    def _hand_over(self, holder: bytes, spent: _Spent, moment: int) -> Future[None] | None:
        """Have a share added to the row; return what to wait for where the one before still is."""
        if spent.unshared < self._share or spent.adding:
            return spent.adding if spent.unshared >= self._share else None
        calls, spent.unshared = spent.unshared, 0
        spent.adding = self.thread.submit(self._add, holder, spent, calls, moment)
        return None

    def _add(self, holder: bytes, spent: _Spent, calls: int, moment: int) -> None:
        try:
            until = self.database.aside(self._adding(holder, calls * self._step, moment))
        except Exception as error:  # noqa: BLE001 - this process goes on with its own count
            log.warning("calls could not be added up: %s", type(error).__name__)
            until = 0
        with self._lock:
            spent.adding = None
            spent.unshared += 0 if until else calls
            spent.until = max(spent.until, until + spent.unshared * self._step)

    def _adding(self, holder: bytes, cost: int, moment: int) -> Executable:
        """Return what adds `cost` to the row of `holder` and says when all is back; as `_debt`."""
        table = table_of(SpentCalls)
        until, latest = table.c.until, moment + 2 * self._whole
        before = case((until > latest, latest), (until > moment, until), else_=moment)
        row = {"policy": self.policy.name, "holder": holder, "until": moment + cost}
        return (
            insert(table, self.database.engine.dialect.name)
            .values(row)
            .on_conflict_do_update(
                index_elements=list(table.primary_key), set_={until: before + cost}
            )
            .returning(until)
        )


def forget(session: Session, *, now: datetime) -> int:
    """Delete the rows of who has all calls back; return how many."""
    done = session.execute(delete(SpentCalls).where(col(SpentCalls.until) <= _microseconds(now)))
    return done.rowcount if isinstance(done, CursorResult) else 0


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
