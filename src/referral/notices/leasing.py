"""Taking the next due notice for a while, and settling what became of it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Update, and_, bindparam
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, or_, select, tuple_, update

from referral.db import UtcDateTime
from referral.notices.backoff import MOST_ATTEMPTS, pause
from referral.notices.models import TOLD, Notice, NoticeStatus

LEASE = timedelta(minutes=5)
NOW = bindparam("now", type_=UtcDateTime)


def _another_goes_first() -> ColumnElement[bool]:
    """Ask for a notice of the same appointment and audience that is out, or due before.

    The order alone keeps two transactions from leasing both at once: neither sees the other's.
    """
    other = aliased(Notice)
    is_before = tuple_(col(other.due_at), col(other.id)) < tuple_(
        col(Notice.due_at), col(Notice.id)
    )
    return exists().where(
        col(other.appointment_id) == col(Notice.appointment_id),
        col(other.audience) == col(Notice.audience),
        col(other.id) != col(Notice.id),
        or_(
            col(other.leased_until) > NOW,
            and_(col(other.status) == NoticeStatus.WAITING, is_before),
        ),
    )


# Put together once: it is asked for each notice. SQLite has no row locks and needs none: a unit of
# work there is the only writer.
DUE = (
    select(Notice)
    .where(
        col(Notice.status) == NoticeStatus.WAITING,
        col(Notice.due_at) <= NOW,
        or_(col(Notice.leased_until).is_(None), col(Notice.leased_until) <= NOW),
        ~_another_goes_first(),
    )
    .order_by(col(Notice.due_at), col(Notice.id))
    .limit(1)
    .with_for_update(skip_locked=True, of=Notice)
)


def lease(session: Session, *, now: datetime) -> Notice | None:
    """Take the notice that is due longest for five minutes, None where none is due.

    One at a time: whoever dies holds up only the one that was being sent. Of one appointment and
    audience at most one is out, in whichever process.
    """
    notice = session.exec(DUE, params={"now": now}).first()
    if notice is not None:
        notice.leased_until = now + LEASE
        notice.attempts += 1
        session.flush()
    return notice


def hold(
    session: Session, notice: Notice, *, now: datetime, told: Mapping[str, Any] | None = None
) -> bool:
    """Renew the lease of `notice` right before it is sent; False if it must not be sent any more.

    It was then superseded or dropped meanwhile, or its lease ended and somebody else has it.
    `told` is kept from now on: whoever dies while sending leaves it in doubt, and doubt counts as
    told.
    """
    mine = _mine(notice)
    renewed = mine.where(col(Notice.status) == NoticeStatus.WAITING)
    data = notice.data if told is None else {**notice.data, TOLD: dict(told)}
    if _changed(session, renewed.values(leased_until=now + LEASE, data=data)):
        return True
    session.execute(mine.values(leased_until=None))
    return False


def settle_sent(session: Session, notice: Notice, *, now: datetime) -> None:
    """Write down that `notice` went out, even if it was superseded while it did."""
    gone = update(Notice).where(col(Notice.id) == notice.id)
    session.execute(
        gone.values(status=NoticeStatus.SENT, sent_at=now, leased_until=None, failure=None)
    )


def settle_failed(
    session: Session,
    notice: Notice,
    failure: str,
    *,
    permanent: bool,
    now: datetime,
    jitter: Callable[[], float],
) -> NoticeStatus:
    """Let a leased notice wait for its next attempt, or die; return which.

    It dies of a permanent failure and after twelve attempts. `failure` is a code; `jitter` returns
    a random number from 0 to below 1.
    """
    status = failed_status(notice, permanent=permanent)
    session.execute(
        _mine(notice)
        .where(col(Notice.status) == NoticeStatus.WAITING)
        .values(status=status, due_at=now + pause(notice.attempts, jitter), failure=failure)
    )
    # In every status: a lease that stays would hold up a later notice. It told nobody anything.
    session.execute(_mine(notice).values(leased_until=None, data=notice.data))
    return status


def failed_status(notice: Notice, *, permanent: bool) -> NoticeStatus:
    """Return what a failure makes of a leased notice: dead, or waiting for its next attempt."""
    is_dead = permanent or notice.attempts >= MOST_ATTEMPTS
    return NoticeStatus.DEAD if is_dead else NoticeStatus.WAITING


def settle_superseded(session: Session, notice: Notice) -> None:
    """Withdraw a leased notice that has become pointless."""
    waiting = _mine(notice).where(col(Notice.status) == NoticeStatus.WAITING)
    session.execute(waiting.values(status=NoticeStatus.SUPERSEDED))
    session.execute(_mine(notice).values(leased_until=None))


def _mine(notice: Notice) -> Update:
    # The number of the attempt tells the holder of this lease from the next one.
    return update(Notice).where(
        col(Notice.id) == notice.id, col(Notice.attempts) == notice.attempts
    )


def _changed(session: Session, statement: Update) -> bool:
    done = session.execute(statement)
    return isinstance(done, CursorResult) and done.rowcount > 0
