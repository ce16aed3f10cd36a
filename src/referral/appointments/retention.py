"""Forgetting what nobody needs or can read: unused assessments, requests without a key."""

from datetime import datetime

from sqlalchemy import CursorResult
from sqlmodel import Session, col, delete, exists, select

from referral import repeats
from referral.appointments.endings import erase
from referral.appointments.models import Appointment
from referral.appointments.submission import ASSESSMENT_LASTS
from referral.symptoms.models import AssessmentRow


def forget_unused(session: Session, *, now: datetime) -> int:
    """Delete assessments too old to be used that no request refers to; return how many."""
    used = exists(select(Appointment.id).where(Appointment.assessment_id == AssessmentRow.id))
    too_old = col(AssessmentRow.created_at) < now - 2 * ASSESSMENT_LASTS
    done = session.execute(delete(AssessmentRow).where(too_old, ~used))
    return done.rowcount if isinstance(done, CursorResult) else 0


def forget_unreadable(session: Session) -> None:
    """Erase what is left of requests whose key is gone, as where a backup is from before."""
    keyless = select(Appointment).where(
        col(Appointment.wrapped_key).is_(None), col(Appointment.person) != b""
    )
    for appointment in session.exec(keyless):
        erase(appointment)
        repeats.forget_about(session, appointment.id)
    session.flush()
