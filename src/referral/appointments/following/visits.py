"""The booked visit behind a private link, for the person's calendar."""

from sqlmodel import Session

from referral.appointments.letters import visit_files
from referral.appointments.links import held
from referral.appointments.states import State
from referral.clinics.models import Clinic
from referral.errors import NotFoundError
from referral.languages import words
from referral.notices.calendar import Visit
from referral.text import N_


def visit_of(session: Session, token: str, *, organizer: str, origin: str) -> Visit:
    """Return the visit that is booked now, the same entry as in the letters; or NotFoundError.

    `organizer` is an e-mail address.
    """
    appointment = held(session, token, lock=False)
    starts_at, ends_at = appointment.starts_at, appointment.ends_at
    if appointment.state is not State.BOOKED or starts_at is None or ends_at is None:
        raise NotFoundError(N_("No visit is booked."))
    return visit_files.visit_of(
        appointment,
        session.get_one(Clinic, appointment.clinic_id),
        (starts_at, ends_at),
        summary=words(visit_files.SUMMARY, reference=appointment.reference),
        uid=visit_files.uid_of(appointment.id, origin),
        organizer=organizer,
    )
