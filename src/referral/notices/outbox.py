"""The outbox: putting notices in, leasing those that are due, settling what became of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, Update, func, insert
from sqlmodel import Session, col, exists, or_, select, update

from referral.db import table_of
from referral.errors import ConflictError, NotFoundError
from referral.notices.models import TOLD, Audience, Notice, NoticeStatus
from referral.text import N_

STORE = insert(table_of(Notice))


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


def put_first(session: Session, drafts: Iterable[Draft], *, now: datetime) -> None:
    """Store the first notices of an appointment together: there is nothing yet to supersede."""
    rows = [
        {
            "id": uuid4(),
            "audience": draft.audience,
            "kind": draft.kind,
            "appointment_id": draft.appointment_id,
            "clinic_id": draft.clinic_id,
            "version": draft.version,
            "data": dict(draft.data),
            "status": NoticeStatus.WAITING,
            "created_at": now,
            "due_at": draft.due_at or now,
            "attempts": 0,
        }
        for draft in drafts
    ]
    session.connection().execute(STORE, rows)


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


def waiting_kinds(session: Session, appointment_id: UUID) -> dict[Audience, str]:
    """Return the kind of the newest notice that still waits to tell each side, where one does."""
    waiting = select(Notice.audience, Notice.kind).where(
        col(Notice.appointment_id) == appointment_id,
        col(Notice.status) == NoticeStatus.WAITING,
    )
    found = session.exec(waiting.order_by(col(Notice.version)))
    return {Audience(who): kind for who, kind in found}


def sent_to(
    session: Session, appointment_id: UUID, audience: Audience, *, limit: int
) -> list[tuple[str, datetime]]:
    """Return the kinds of the letters that went to `audience`, and when, newest first."""
    sent = select(Notice.kind, Notice.sent_at).where(
        col(Notice.appointment_id) == appointment_id,
        col(Notice.audience) == audience,
        col(Notice.status) == NoticeStatus.SENT,
    )
    newest = session.exec(sent.order_by(col(Notice.sent_at).desc()).limit(limit))
    return [(kind, at) for kind, at in newest if at is not None]


def last_told(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """Return what the letters before `notice` told its audience last (`Letter.told`), if any did.

    Only letters that went out count, and those of which nobody knows whether they did.
    """
    others = select(Notice.data).where(
        col(Notice.appointment_id) == notice.appointment_id,
        col(Notice.audience) == notice.audience,
        col(Notice.version) <= notice.version,
        col(Notice.id) != notice.id,
    )
    newest = others.order_by(col(Notice.version).desc(), col(Notice.created_at).desc())
    return next((data[TOLD] for data in session.exec(newest) if TOLD in data), None)


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


def _has_later(session: Session, notice: Notice) -> bool:
    if notice.appointment_id is None:
        return False
    later = exists().where(
        col(Notice.appointment_id) == notice.appointment_id,
        col(Notice.audience) == notice.audience,
        col(Notice.version) > notice.version,
    )
    return bool(session.scalar(select(later)))


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
