"""Forgetting by itself: assessments that nobody used, requests long over or without a key."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, delete, select, update

from referral import repeats
from referral.appointments.life.erasing import empty, erase
from referral.appointments.life.submission import ASSESSMENT_LASTS
from referral.appointments.models import ENDED, Appointment
from referral.db import Database
from referral.symptoms.models import NOT_KNOWN_AS_USED, AssessmentRow
from referral.vault import Vault

# How many assessments are looked at in one transaction, and requests erased in one round.
LOOKED_AT = 1000
ERASED_AT_ONCE = 200


def forget_unused(session: Session, *, now: datetime) -> int:
    """Look at a batch of the assessments too old to be used; delete those that no request needs.

    Return how many were looked at; each is looked at once.
    """
    due = select(AssessmentRow.id).where(
        text(NOT_KNOWN_AS_USED), col(AssessmentRow.created_at) < now - ASSESSMENT_LASTS
    )
    oldest = due.order_by(col(AssessmentRow.created_at), col(AssessmentRow.id)).limit(LOOKED_AT)
    ids = set(session.exec(oldest.with_for_update(skip_locked=True)))
    needed = select(Appointment.assessment_id).where(col(Appointment.assessment_id).in_(ids))
    used = set(session.exec(needed))
    session.execute(delete(AssessmentRow).where(col(AssessmentRow.id).in_(ids - used)))
    repeats.forget_about(session, ids - used)
    known = update(AssessmentRow).where(col(AssessmentRow.id).in_(used))
    session.execute(known.values(is_used=True))
    return len(ids)


def erase_ended(database: Database, *, kept: timedelta, vault: Vault, now: datetime) -> int:
    """Erase some of the requests that have been over for as long as they are `kept`, oldest first.

    Each in a transaction of its own, so that no clinic's counter is held for long. Return how many.
    """
    with database.reading() as session:
        due = ended_before(session, now - kept)
    for appointment_id in due:
        with database.unit_of_work() as session:
            appointment = session.get_one(Appointment, appointment_id, with_for_update=True)
            # Its owner may have been quicker.
            if appointment.wrapped_key is not None:
                erase(session, appointment, actor="system", vault=vault, now=now)
    return len(due)


def ended_before(session: Session, moment: datetime) -> Sequence[UUID]:
    """Return some requests that were over before `moment` and are not erased, oldest first."""
    ended = select(Appointment.id).where(text(ENDED), col(Appointment.since) < moment)
    oldest = ended.order_by(col(Appointment.since), col(Appointment.id))
    return session.exec(oldest.limit(ERASED_AT_ONCE)).all()


def forget_unreadable(session: Session) -> None:
    """Erase what is left of requests whose key is gone, as where a backup is from before."""
    keyless = select(Appointment).where(
        col(Appointment.wrapped_key).is_(None), col(Appointment.person) != b""
    )
    for appointment in session.exec(keyless):
        empty(session, appointment)
