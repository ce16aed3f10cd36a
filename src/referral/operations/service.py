"""The state of the house in numbers, the worker's sign of life, and the notices of a demo."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func, select

from referral.appointments.models import Appointment
from referral.appointments.states import WAITING, State
from referral.clinics.models import Clinic
from referral.errors import NotFoundError
from referral.notices import outbox
from referral.notices.delivery import Compose, Superseded, Undeliverable
from referral.notices.mail import Letter
from referral.notices.models import Audience, Notice, NoticeStatus
from referral.operations.models import WORKER, Heartbeat
from referral.statistics import service as statistics
from referral.statistics.representations import Stock
from referral.text import N_
from referral.tries import Limit, attempt
from referral.vault import Vault

EXPIRED_WITHIN = timedelta(days=30)
# A round comes every ten seconds; a slow mail server may stretch one.
SILENT_AFTER = timedelta(minutes=5)
MOST_SHOWN = 100
PASSWORDS = Limit(
    most=5,
    within=timedelta(minutes=15),
    sentence=N_("There were too many wrong passwords. Wait up to 15 minutes, then sign in again."),
)
# No reference of a request looks like this, so the two never share a count.
OPERATOR = b"the operator's password"


@dataclass(frozen=True, slots=True)
class Owed:
    """What waits at one clinic: how many requests, and since when the oldest."""

    clinic: str
    requests: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Dead:
    """A notice that could not be sent, and the clinic it was for, if it was for one."""

    notice: Notice
    clinic: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What an operator needs to know; no personal data. `expired` are those of the last 30 days.

    `overdue` are requests that a clinic has not answered in time, `unreachable` those with news for
    a person whom nobody can tell: mail fails, and there is no phone number. `stock` is what the
    worker counted last, None before its first count.
    """

    heartbeat: Heartbeat | None
    is_silent: bool
    notices: dict[NoticeStatus, int]
    dead: list[Dead]
    overdue: list[Owed]
    unreachable: list[Owed]
    expired: int
    stock: Stock | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice, and its letter or a code that says why there is none."""

    notice: Notice
    letter: Letter | None
    why_not: str = ""


def admits(session: Session, given: bytes, wanted: bytes, *, vault: Vault, now: datetime) -> bool:
    """Say whether `given` is the operator's name and password.

    A wrong one is counted in the caller's transaction, which must be kept. Raises TooManyError
    after five of them within 15 minutes, whatever is given then.
    """
    return attempt(
        session,
        vault.fingerprint(OPERATOR),
        lambda: compare_digest(given, wanted),
        limit=PASSWORDS,
        now=now,
    )


def beat(session: Session, *, now: datetime, sends_mail: bool) -> None:
    """Note that the worker did a whole round at `now`."""
    found = session.get(Heartbeat, WORKER) or Heartbeat(name=WORKER, at=now, sends_mail=sends_mail)
    found.at, found.sends_mail = now, sends_mail
    session.add(found)
    session.flush()


def overview(session: Session, *, now: datetime) -> Overview:
    """Return how the service stands at `now`."""
    heartbeat = session.get(Heartbeat, WORKER)
    return Overview(
        heartbeat=heartbeat,
        is_silent=heartbeat is None or heartbeat.at < now - SILENT_AFTER,
        notices=outbox.counts(session),
        dead=_dead(session),
        overdue=_owed(
            session,
            col(Appointment.answer_by),
            col(Appointment.state).in_(WAITING),
            col(Appointment.answer_by) < now,
        ),
        unreachable=_owed(
            session,
            col(Appointment.call_due_since),
            # Beside the flag, so that the index of what waits for clinics serves: few rows.
            col(Appointment.call_due_since).is_not(None),
            col(Appointment.unreachable).is_(True),
        ),
        expired=_expired(session, now),
        stock=statistics.stock(session),
    )


def newest_letters(session: Session, compose: Compose) -> list[Shown]:
    """Return the newest notices as they would be mailed now, newest first."""
    newest = select(Notice).order_by(col(Notice.created_at).desc(), col(Notice.id))
    return [_shown(session, notice, compose) for notice in session.exec(newest.limit(MOST_SHOWN))]


def letter_of(session: Session, notice_id: UUID, compose: Compose) -> Shown:
    """Return one notice as it would be mailed now, or raise NotFoundError."""
    notice = session.get(Notice, notice_id)
    if notice is None:
        raise NotFoundError(N_("There is no such notice."))
    return _shown(session, notice, compose)


def _shown(session: Session, notice: Notice, compose: Compose) -> Shown:
    try:
        return Shown(notice, compose(session, notice))
    except Superseded:
        return Shown(notice, None, "superseded")
    except Undeliverable as reason:
        return Shown(notice, None, reason.code)


def _dead(session: Session) -> list[Dead]:
    notices = outbox.listing(session, NoticeStatus.DEAD, limit=MOST_SHOWN)
    meant = {notice.clinic_id for notice in notices if notice.audience is Audience.CLINIC}
    known = select(Clinic.id, Clinic.name).where(col(Clinic.id).in_(meant))
    names: dict[UUID | None, str] = dict(session.exec(known).all())
    return [Dead(notice, names.get(notice.clinic_id, "")) for notice in notices]


def _owed(session: Session, since: Mapped[Any], *conditions: ColumnElement[bool]) -> list[Owed]:
    oldest = func.min(since)
    found = (
        select(Clinic.name, func.count(), oldest)
        .join(Appointment, col(Appointment.clinic_id) == col(Clinic.id))
        .where(*conditions)
        .group_by(col(Clinic.id), col(Clinic.name))
        .order_by(oldest)
        .limit(MOST_SHOWN)
    )
    return [Owed(*row) for row in session.exec(found)]


def _expired(session: Session, now: datetime) -> int:
    lately = select(func.count()).where(
        col(Appointment.state) == State.EXPIRED, col(Appointment.since) >= now - EXPIRED_WITHIN
    )
    return session.exec(lately).one()
