"""Delivery: what the outbox has due is composed, sent and settled, one notice after another."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlmodel import Session

from referral.db import Database
from referral.errors import UnavailableError
from referral.notices import leasing
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


def deliver(
    database: Database,
    *,
    compose: Compose,
    transport: Smtp | None,
    clock: Callable[[], datetime],
    jitter: Callable[[], float],
) -> Delivered:
    """Send one batch of what is due and say what became of it.

    Each notice is settled in a unit of work of its own, so a crash repeats at most the one that
    was being sent, once its lease has ended. Without a transport nothing is touched: notices wait.
    `jitter` returns a random number from 0 to below 1. UnavailableError where the database is away.
    """
    if transport is None:
        return Delivered()
    with database.unit_of_work() as session:
        leased = leasing.lease(session, now=clock())
    with transport.batch() as send:
        batch = _Batch(database, compose, clock, jitter, transport.sender, send)
        became = Counter(batch.settled(notice) for notice in leased)
    return Delivered(
        sent=became[NoticeStatus.SENT],
        failed=became[NoticeStatus.WAITING],
        dead=became[NoticeStatus.DEAD],
        superseded=became[NoticeStatus.SUPERSEDED],
    )


@dataclass(frozen=True, slots=True)
class _Batch:
    database: Database
    compose: Compose
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    sender: str
    send: Send

    def settled(self, notice: Notice) -> NoticeStatus:
        """Try to send `notice`, store what became of it and return that."""
        try:
            is_sent = self._sent(notice)
        except Superseded:
            return self._superseded(notice)
        except (Undeliverable, SendingFailed) as error:
            return self._failed(notice, error.code, permanent=error.permanent)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug met by one notice holds up no other
            name = type(error).__name__
            log.error("notice %s of kind %s: %s", notice.id, notice.kind, name)  # noqa: TRY400 - a traceback could show what was typed
            return self._failed(notice, "unexpected", permanent=False)
        # Outside of the try: a failure to store this must not be taken for a failure to send.
        return self._gone(notice) if is_sent else NoticeStatus.SUPERSEDED

    def _sent(self, notice: Notice) -> bool:
        with self.database.reading() as session:
            letter = self.compose(session, notice)
        identity = message_id(notice.id, sender=self.sender)
        mail = message(letter, sender=self.sender, message_id=identity, date=self.clock())
        with self.database.unit_of_work() as session:
            may_go = leasing.hold(session, notice, told=letter.told, now=self.clock())
        if may_go:
            self.send(mail)
        return may_go

    def _gone(self, notice: Notice) -> NoticeStatus:
        with self.database.unit_of_work() as session:
            leasing.settle_sent(session, notice, now=self.clock())
        return NoticeStatus.SENT

    def _superseded(self, notice: Notice) -> NoticeStatus:
        with self.database.unit_of_work() as session:
            leasing.settle_superseded(session, notice)
        return NoticeStatus.SUPERSEDED

    def _failed(self, notice: Notice, failure: str, *, permanent: bool) -> NoticeStatus:
        with self.database.unit_of_work() as session:
            return leasing.settle_failed(
                session,
                notice,
                failure,
                permanent=permanent,
                now=self.clock(),
                jitter=self.jitter,
            )
