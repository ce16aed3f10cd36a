"""Erasing one request: its key is destroyed, and what it sealed goes everywhere it was kept."""

from datetime import datetime

from sqlmodel import Session, col, exists, select, update

from referral import repeats
from referral.appointments.life.reaching import heard
from referral.appointments.models import Appointment, Note
from referral.notices import outbox
from referral.notices.models import Audience
from referral.record.service import Entry, append
from referral.symptoms.models import AssessmentRow
from referral.vault import Vault

ERASED = "appointment.erased"


def erase(
    session: Session, appointment: Appointment, *, actor: str, vault: Vault, now: datetime
) -> None:
    """Erase all that is personal about a request, and log that `actor` did.

    `appointment` is locked by the caller. What stays leads to nobody: states, times, coded
    reasons and counts, which the record and the figures of clinics are made of.
    """
    # The log before the answers, as whoever sends a request on has them.
    entry = Entry(appointment.clinic_id, appointment.id, ERASED, actor)
    append(session, entry, vault=vault, now=now)
    empty(session, appointment)
    # There is nobody left to write to.
    newest = appointment.version + 1
    outbox.supersede(session, appointment.id, Audience.PATIENT, before_version=newest)


def empty(session: Session, appointment: Appointment) -> None:
    """Destroy the key of a request, and empty what it sealed, here and in other tables."""
    _empty_row(appointment)
    session.add(appointment)
    session.flush()
    of_request = col(Note.appointment_id) == appointment.id
    session.execute(update(Note).where(of_request).values(text=b""))
    repeats.forget_about(session, [appointment.id])
    _empty_assessment(session, appointment)


def _empty_row(appointment: Appointment) -> None:
    appointment.wrapped_key = None
    appointment.person = b""
    appointment.message = None
    appointment.email_index = appointment.phone_index = None
    appointment.fingerprint, appointment.idempotency_hash = b"", None
    appointment.preferred_windows, appointment.also_ask = [], []
    appointment.undo = appointment.undo_by = appointment.undo_until = None
    appointment.due_at = None
    heard(appointment)


def _empty_assessment(session: Session, appointment: Appointment) -> None:
    """Erase the answers too, unless another request that was sent with them needs them."""
    # Locked: of two requests that are erased at once, the second one sees that of the first.
    answers = select(AssessmentRow).where(col(AssessmentRow.id) == appointment.assessment_id)
    assessment = session.exec(answers.with_for_update()).one()
    still_read = exists().where(
        col(Appointment.assessment_id) == assessment.id, col(Appointment.wrapped_key).is_not(None)
    )
    if not session.scalar(select(still_read)):
        assessment.wrapped_key, assessment.outcome = None, b""
        session.add(assessment)
        session.flush()
        repeats.forget_about(session, [assessment.id])
