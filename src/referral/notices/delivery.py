"""Delivery: what the outbox has due is composed, sent and settled, one notice after another."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import ClassVar

from sqlmodel import Session

from referral.db import Database
from referral.errors import UnavailableError
from referral.logs import facts
from referral.notices import leasing
from referral.notices.backoff import MOST_ATTEMPTS
from referral.notices.mail import Letter, message, message_id
from referral.notices.models import Notice, NoticeStatus
from referral.notices.transport import Send, SendingFailed, Smtp

log = logging.getLogger(__name__)


class Superseded(Exception):  # noqa: N818 - an answer of compose, not an error
    """Raised by compose: things have moved on, and the notice would be wrong."""


class Undeliverable(Exception):  # noqa: N818 - as above
    """Raised by compose: there is nobody to write to; a code such as `no-address` or `erased`."""

    permanent: ClassVar[bool] = True

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# Gets a session to read with; returns the letter, or raises one of the two above.
Compose = Callable[[Session, Notice], Letter]
# Is told that a notice is sent or dead, in the unit of work that is about to store it.
Ended = Callable[[Session, Notice, NoticeStatus], None]
Settle = Callable[[Session], NoticeStatus]

# One turn: then whoever delivers looks around.
MOST = 20


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one batch; `failed` ones will be tried again, `dead` ones will not."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    superseded: int = 0

    @property
    def total(self) -> int:
        """How many notices were due; none means that there is nothing left to do."""
        return self.sent + self.failed + self.dead + self.superseded


@dataclass(frozen=True, slots=True)
class Delivery:
    """How notices leave a house. Without a `transport` nothing is touched: they wait.

    `jitter` returns a random number from 0 to below 1. Once `stop` is set, nothing more is leased.
    """

    database: Database
    compose: Compose
    transport: Smtp | None
    ended: Ended
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    stop: threading.Event = field(default_factory=threading.Event)

    def batch(self) -> Delivered:
        """Send up to twenty of what is due, over one connection, and say what became of them.

        Each notice is leased when it is its turn and settled in a unit of work of its own, so a
        crash repeats at most the one that was being sent, once its lease has ended, and holds up
        no other. UnavailableError where the database is away.
        """
        if self.transport is None:
            return Delivered()
        with self.transport.batch() as send:
            became = Counter(self._statuses(_Line(send, self.transport.sender)))
        return Delivered(
            sent=became[NoticeStatus.SENT],
            failed=became[NoticeStatus.WAITING],
            dead=became[NoticeStatus.DEAD],
            superseded=became[NoticeStatus.SUPERSEDED],
        )

    def _statuses(self, line: "_Line") -> Iterator[NoticeStatus]:
        """Lease, send and settle one notice after another; yield what became of each."""
        with self.database.unit_of_work() as session:
            notice = leasing.lease(session, now=self.clock())
        for left in reversed(range(MOST)):
            if notice is None:
                return
            settle = self._tried(notice, line)
            with self.database.unit_of_work() as session:
                status = settle(session)
                goes_on = left and not self.stop.is_set()
                notice = leasing.lease(session, now=self.clock()) if goes_on else None
            yield status

    def _tried(self, notice: Notice, line: "_Line") -> Settle:
        """Try to send `notice`; return what stores what became of it."""
        try:
            is_sent = self._sent(notice, line)
        except Superseded:
            return partial(self._superseded, notice)
        except (Undeliverable, SendingFailed) as error:
            return partial(self._failed, notice, error.code, permanent=error.permanent)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug met by one notice holds up no other
            name = type(error).__name__
            known = facts(notice=notice.id, kind=notice.kind)
            log.error("a notice failed: %s", name, extra=known)  # noqa: TRY400 - its type says enough
            return partial(self._failed, notice, "unexpected", permanent=False)
        return partial(self._gone, notice) if is_sent else partial(self._superseded, notice)

    def _sent(self, notice: Notice, line: "_Line") -> bool:
        if notice.attempts > MOST_ATTEMPTS:
            # Nobody settled the last attempt: whatever sends it may die of it each time.
            raise Undeliverable("lost")
        with self.database.reading() as session:
            letter = self.compose(session, notice)
        identity = message_id(notice.id, sender=line.sender)
        mail = message(letter, sender=line.sender, message_id=identity, date=self.clock())
        with self.database.unit_of_work() as session:
            may_go = leasing.hold(session, notice, told=letter.told, now=self.clock())
        if may_go:
            line.send(mail)
        return may_go

    def _gone(self, notice: Notice, session: Session) -> NoticeStatus:
        self.ended(session, notice, NoticeStatus.SENT)
        leasing.settle_sent(session, notice, now=self.clock())
        return NoticeStatus.SENT

    def _superseded(self, notice: Notice, session: Session) -> NoticeStatus:
        leasing.settle_superseded(session, notice)
        return NoticeStatus.SUPERSEDED

    def _failed(
        self, notice: Notice, failure: str, session: Session, *, permanent: bool
    ) -> NoticeStatus:
        if leasing.failed_status(notice, permanent=permanent) is NoticeStatus.DEAD:
            self.ended(session, notice, NoticeStatus.DEAD)
        return leasing.settle_failed(
            session,
            notice,
            failure,
            permanent=permanent,
            now=self.clock(),
            jitter=self.jitter,
        )


@dataclass(frozen=True, slots=True)
class _Line:
    send: Send
    sender: str
