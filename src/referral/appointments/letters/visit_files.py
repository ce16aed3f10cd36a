"""The calendar file of a visit: one entry for its whole life, and no word about health."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from referral.appointments.models import Appointment
from referral.clinics.geography.addresses import in_one_line
from referral.clinics.models import Clinic
from referral.notices.calendar import Visit
from referral.text import N_

SUMMARY = N_("Visit, reference %(reference)s")


def uid_of(appointment_id: UUID, origin: str) -> str:
    """Return the UID of a request's visit (RFC 5545): always the same, so that files update it."""
    return f"{appointment_id}@{urlsplit(origin).hostname}"


def visit_of(
    appointment: Appointment,
    clinic: Clinic,
    span: tuple[datetime, datetime],
    *,
    summary: str,
    uid: str,
    organizer: str,
    attendee: str | None = None,
) -> Visit:
    """Return the visit from start to end as calendars take it; its address, but not its name.

    The stamp is when the request last changed: a letter that is sent again is the same.
    """
    locality = in_one_line(clinic.city, clinic.state, clinic.postal_code)
    return Visit(
        uid=uid,
        sequence=appointment.sequence or 0,
        starts_at=span[0],
        ends_at=span[1],
        summary=summary,
        location=", ".join(filter(None, (clinic.address_1, clinic.address_2, locality))),
        organizer=organizer,
        stamp=appointment.updated_at,
        attendee=attendee,
    )
