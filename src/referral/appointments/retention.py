"""Forgetting what nobody needs: assessments that led to no request."""

from datetime import datetime

from sqlalchemy import CursorResult
from sqlmodel import Session, col, delete, exists, select

from referral.appointments.models import Appointment
from referral.appointments.submission import ASSESSMENT_LASTS
from referral.symptoms.models import AssessmentRow


def forget_unused(session: Session, *, now: datetime) -> int:
    """Delete assessments too old to be used that no request refers to; return how many."""
    used = exists(select(Appointment.id).where(Appointment.assessment_id == AssessmentRow.id))
    too_old = col(AssessmentRow.created_at) < now - 2 * ASSESSMENT_LASTS
    done = session.execute(delete(AssessmentRow).where(too_old, ~used))
    return done.rowcount if isinstance(done, CursorResult) else 0
