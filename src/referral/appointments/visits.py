"""A booked visit as a calendar entry."""

from sqlmodel import Session

from referral.appointments import following
from referral.appointments.models import Appointment
from referral.clinics.models import Clinic
from referral.errors import NotFoundError
from referral.notices.calendar import Visit
from referral.text import N_


def visit_of(session: Session, token: str, *, organizer: str, origin: str) -> Visit:
    """Return the visit that is booked behind a private link, or raise NotFoundError.

    It says where and when, and nothing about why. `organizer` is an e-mail address.
    """
    appointment = following.held(session, token, lock=False)
    starts_at, ends_at = appointment.starts_at, appointment.ends_at
    if starts_at is None or ends_at is None or appointment.sequence is None:
        raise NotFoundError(N_("No visit is booked."))
    clinic = session.get_one(Clinic, appointment.clinic_id)
    return Visit(
        uid=uid_of(appointment),
        sequence=appointment.sequence,
        starts_at=starts_at,
        ends_at=ends_at,
        summary=clinic.name,
        location=_address(clinic),
        organizer=organizer,
        stamp=appointment.updated_at,
        url=f"{origin}/follow/{token}",
    )


def uid_of(appointment: Appointment) -> str:
    """Return the name that the visit keeps in every calendar (RFC 5545, UID)."""
    return f"{appointment.id}@referral"


def _address(clinic: Clinic) -> str:
    parts = (clinic.address_1, clinic.address_2, clinic.city, clinic.state, clinic.postal_code)
    return ", ".join(part for part in parts if part)
