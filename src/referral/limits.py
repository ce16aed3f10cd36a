"""How many calls a caller may make: counted in memory, and now and then added up for all processes.

No call waits for the database. What a process counted goes into a shared row in the background, a
twentieth of the allowance at a time (docs/adr/0020-counted-here-added-up-there.md).
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import CursorResult
from sqlmodel import Field, Session, SQLModel, col, delete

from referral.db import Database, UtcDateTime

log = logging.getLogger(__name__)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
SHARE = 20


class SpentCalls(SQLModel, table=True):
    """What a caller of many calls has spent in all processes, as the moment when it is all back.

    `holder` is who calls, in the form that `policy` has for it: for `key`, the 16 bytes of its id.
    """

    __tablename__ = "spent_calls"

    policy: str = Field(primary_key=True, max_length=16)
    holder: bytes = Field(primary_key=True)
    until: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Policy:
    """An allowance: `most` calls at once, which come back evenly within `seconds`."""

    name: str
    most: int
    seconds: int = 60


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

    So many calls as `unshared` are not in the row yet.
    """

    until: int
    unshared: int = 0
    sharing: bool = False


@dataclass(slots=True)
class Limit:
    """The allowances of all callers under one policy (a leaky bucket each, known as GCRA)."""

    policy: Policy
    database: Database
    _step: int = field(init=False)
    _whole: int = field(init=False)
    _share: int = field(init=False)
    _spent: dict[bytes, _Spent] = field(default_factory=dict)
    _swept: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(max_workers=1, thread_name_prefix="limits")
    )

    def __post_init__(self) -> None:
        self._step = self.policy.seconds * SECOND // self.policy.most
        self._whole = self._step * self.policy.most
        self._share = max(1, self.policy.most // SHARE)

    def take(self, holder: bytes, *, now: datetime) -> Standing:
        """Count a call of `holder`, unless none is left: such a call is refused, and costs none."""
        moment = (now - EPOCH) // MICROSECOND
        with self._lock:
            spent = self._of(holder, moment)
            debt = self._debt(spent.until, moment)
            refused = debt + self._step > self._whole
            if not refused:
                debt += self._step
                spent.until = moment + debt
                spent.unshared += 1
                if spent.unshared >= self._share and not spent.sharing:
                    self._hand_over(holder, spent, moment)
        left = max(0, (self._whole - debt) // self._step)
        wait = max(left * self._step, debt + self._step - self._whole)
        return Standing(left, -(-wait // SECOND), refused)

    def settle(self) -> None:
        """Wait until the row has what it was to be given so far."""
        self._thread.submit(lambda: None).result()

    def _of(self, holder: bytes, moment: int) -> _Spent:
        """Return what is known of `holder`."""
        if moment - self._swept >= self._whole:
            self._sweep(moment)
        return self._spent.get(holder) or self._spent.setdefault(holder, _Spent(until=moment))

    def _sweep(self, moment: int) -> None:
        """Forget who has not called for as long as it takes until all is back."""
        self._swept, ago = moment, moment - self._whole
        self._spent = {of: one for of, one in self._spent.items() if one.until > ago}

    def _debt(self, until: int, moment: int) -> int:
        """Return for how long calls come back yet; bounded, for a clock may have been set back."""
        return min(max(until - moment, 0), 2 * self._whole)

    def _hand_over(self, holder: bytes, spent: _Spent, moment: int) -> None:
        calls, spent.unshared, spent.sharing = spent.unshared, 0, True
        self._thread.submit(self._share_calls, holder, spent, calls, moment)

    def _share_calls(self, holder: bytes, spent: _Spent, calls: int, moment: int) -> None:
        try:
            until = self.database.settle(partial(self._add, holder, calls * self._step, moment))
        except Exception as error:  # noqa: BLE001 - this process goes on with its own count
            log.warning("calls could not be added up: %s", type(error).__name__)
            until = 0
        with self._lock:
            spent.sharing = False
            spent.unshared += 0 if until else calls
            spent.until = max(spent.until, until + spent.unshared * self._step)

    def _add(self, holder: bytes, cost: int, moment: int, session: Session) -> int:
        """Add `cost` to what all processes have given `holder`, and return when all is back."""
        row = session.get(SpentCalls, (self.policy.name, holder), with_for_update=True)
        before = (row.until - EPOCH) // MICROSECOND if row else moment
        until = moment + self._debt(before, moment) + cost
        row = row or SpentCalls(policy=self.policy.name, holder=holder, until=EPOCH)
        row.until = EPOCH + until * MICROSECOND
        session.add(row)
        session.flush()
        return until


def forget(session: Session, *, now: datetime) -> int:
    """Delete the rows of who has all calls back; return how many."""
    done = session.execute(delete(SpentCalls).where(col(SpentCalls.until) <= now))
    return done.rowcount if isinstance(done, CursorResult) else 0
