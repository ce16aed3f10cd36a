"""The outbox: putting notices in, leasing those that are due, settling what became of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Update, and_, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, or_, select, tuple_, update

from referral.errors import ConflictError, NotFoundError
from referral.notices.backoff import MOST_ATTEMPTS, pause
from referral.notices.models import Audience, Notice, NoticeStatus
from referral.text import N_

LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a verb wants to have told.

    `version` is the appointment's; `data` holds codes, times and ids only. Without `due_at` the
    notice is due at once.
    """

    audience: Audience
    kind: str
    appointment_id: UUID | None = None
    clinic_id: UUID | None = None
    version: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None


def put(session: Session, draft: Draft, *, now: datetime) -> Notice:
    """Store a notice in the caller's transaction; it supersedes the older ones that still wait.

    Putting the same appointment, version, audience and kind twice is a bug: IntegrityError.
    """
    if draft.appointment_id is not None and draft.version > 1:
        supersede(session, draft.appointment_id, draft.audience, before_version=draft.version)
    notice = Notice(
        audience=draft.audience,
        kind=draft.kind,
        appointment_id=draft.appointment_id,
        clinic_id=draft.clinic_id,
        version=draft.version,
        data=dict(draft.data),
        created_at=now,
        due_at=draft.due_at or now,
    )
    session.add(notice)
    session.flush()
    return notice


def supersede(
    session: Session, appointment_id: UUID, audience: Audience, *, before_version: int
) -> list[Notice]:
    """Withdraw what waits to tell `audience` of an older version; return the notices withdrawn.

    Nobody then gets two messages that contradict each other.
    """
    older = select(Notice).where(
        col(Notice.appointment_id) == appointment_id,
        col(Notice.audience) == audience,
        col(Notice.version) < before_version,
        col(Notice.status) == NoticeStatus.WAITING,
    )
    found = list(session.exec(older.with_for_update()))
    for notice in found:
        notice.status = NoticeStatus.SUPERSEDED
    session.flush()
    return found


def take_back(
    session: Session, appointment_id: UUID, audience: Audience, *, version: int, now: datetime
) -> bool:
    """Withdraw what waits to tell `audience` of `version`; False if it went out, or just does."""
    waiting = update(Notice).where(
        col(Notice.appointment_id) == appointment_id,
        col(Notice.audience) == audience,
        col(Notice.version) == version,
        col(Notice.status) == NoticeStatus.WAITING,
        or_(col(Notice.leased_until).is_(None), col(Notice.leased_until) <= now),
    )
    return _changed(session, waiting.values(status=NoticeStatus.SUPERSEDED))


def was_told(session: Session, appointment_id: UUID, audience: Audience) -> bool:
    """Say whether anything about the appointment has gone out to `audience`."""
    sent = select(Notice.id).where(
        col(Notice.appointment_id) == appointment_id,
        col(Notice.audience) == audience,
        col(Notice.status) == NoticeStatus.SENT,
    )
    return session.exec(sent.limit(1)).first() is not None


def lease(session: Session, *, now: datetime, limit: int = 20) -> list[Notice]:
    """Take up to `limit` due notices for five minutes, the longest due first.

    Of one appointment and audience at most one is out at a time, in whichever process.
    """
    due = select(Notice).where(
        col(Notice.status) == NoticeStatus.WAITING,
        col(Notice.due_at) <= now,
        or_(col(Notice.leased_until).is_(None), col(Notice.leased_until) <= now),
        ~_another_goes_first(now=now),
    )
    ordered = due.order_by(col(Notice.due_at), col(Notice.id)).limit(limit)
    # SQLite has no row locks and needs none: a unit of work there is the only writer.
    found = list(session.exec(ordered.with_for_update(skip_locked=True, of=Notice)))
    for notice in found:
        _take(notice, now=now)
    session.flush()
    return [notice for notice in found if notice.status is NoticeStatus.WAITING]


def hold(session: Session, notice: Notice, *, now: datetime) -> bool:
    """Renew the lease of `notice` right before it is sent; False if it must not be sent any more.

    It was then superseded or dropped meanwhile, or its lease ended and somebody else has it.
    """
    mine = _mine(notice)
    renewed = mine.where(col(Notice.status) == NoticeStatus.WAITING)
    if _changed(session, renewed.values(leased_until=now + LEASE)):
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
    is_dead = permanent or notice.attempts >= MOST_ATTEMPTS
    status = NoticeStatus.DEAD if is_dead else NoticeStatus.WAITING
    session.execute(
        _mine(notice)
        .where(col(Notice.status) == NoticeStatus.WAITING)
        .values(status=status, due_at=now + pause(notice.attempts, jitter), failure=failure)
    )
    # In every status: a lease that stays would hold up a later notice.
    session.execute(_mine(notice).values(leased_until=None))
    return status


def settle_superseded(session: Session, notice: Notice) -> None:
    """Withdraw a leased notice that has become pointless."""
    waiting = _mine(notice).where(col(Notice.status) == NoticeStatus.WAITING)
    session.execute(waiting.values(status=NoticeStatus.SUPERSEDED))
    session.execute(_mine(notice).values(leased_until=None))


def counts(session: Session) -> dict[NoticeStatus, int]:
    """Return how many notices have each status, zeros included."""
    status = col(Notice.status)
    found = dict(session.exec(select(status, func.count()).group_by(status)).all())
    return {each: found.get(each, 0) for each in NoticeStatus}


def listing(session: Session, *statuses: NoticeStatus, limit: int | None = 200) -> list[Notice]:
    """Return the notices with these statuses (all without any), oldest first."""
    chosen = select(Notice).where(col(Notice.status).in_(statuses or tuple(NoticeStatus)))
    return list(session.exec(chosen.order_by(col(Notice.created_at)).limit(limit)))


def retry(session: Session, notice_id: UUID, *, now: datetime) -> Notice:
    """Let a dead notice wait again, with all its attempts; NotFoundError, ConflictError.

    One that a later notice has overtaken becomes superseded instead.
    """
    notice = _found(session, notice_id, NoticeStatus.DEAD)
    is_overtaken = _has_later(session, notice)
    notice.status = NoticeStatus.SUPERSEDED if is_overtaken else NoticeStatus.WAITING
    notice.attempts, notice.due_at = 0, now
    session.flush()
    return notice


def drop(session: Session, notice_id: UUID) -> None:
    """Give up a waiting or dead notice; NotFoundError, ConflictError."""
    notice = _found(session, notice_id, NoticeStatus.WAITING, NoticeStatus.DEAD)
    notice.status = NoticeStatus.DROPPED
    session.flush()


def _take(notice: Notice, *, now: datetime) -> None:
    # Nobody settled the last attempt: whatever sends it may die of it each time.
    if notice.attempts >= MOST_ATTEMPTS:
        notice.status, notice.failure, notice.leased_until = NoticeStatus.DEAD, "lost", None
        return
    notice.leased_until = now + LEASE
    notice.attempts += 1


def _another_goes_first(*, now: datetime) -> ColumnElement[bool]:
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
            col(other.leased_until) > now,
            and_(col(other.status) == NoticeStatus.WAITING, is_before),
        ),
    )


def _has_later(session: Session, notice: Notice) -> bool:
    if notice.appointment_id is None:
        return False
    later = exists().where(
        col(Notice.appointment_id) == notice.appointment_id,
        col(Notice.audience) == notice.audience,
        col(Notice.version) > notice.version,
    )
    return bool(session.scalar(select(later)))


def _mine(notice: Notice) -> Update:
    # The number of the attempt tells the holder of this lease from the next one.
    return update(Notice).where(
        col(Notice.id) == notice.id, col(Notice.attempts) == notice.attempts
    )


def _changed(session: Session, statement: Update) -> bool:
    done = session.execute(statement)
    return isinstance(done, CursorResult) and done.rowcount > 0


def _found(session: Session, notice_id: UUID, *statuses: NoticeStatus) -> Notice:
    chosen = select(Notice).where(col(Notice.id) == notice_id).with_for_update()
    notice = session.exec(chosen).one_or_none()
    if notice is None:
        raise NotFoundError(N_("There is no such notice."))
    if notice.status not in statuses:
        raise ConflictError(N_("That notice is past this: look at its status."))
    return notice
