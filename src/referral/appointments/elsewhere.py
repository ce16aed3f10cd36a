"""Other clinics near the one that was asked, that could be asked as well or instead."""

from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from referral.appointments import following
from referral.appointments.models import Appointment
from referral.clinics.geo import Point
from referral.clinics.models import Clinic
from referral.clinics.search import nearest

RADIUS = 50
MOST_SHOWN = 5
# Clinics asked before stand among the nearest; there are never more of them than hops.
MOST_ASKED = 5
Row = dict[str, Any]


def around(session: Session, clinic_id: UUID, *, limit: int) -> list[Row]:
    """Return up to `limit` clinics within 50 miles of a clinic that take requests, nearest first.

    Rows have the shape of `ClinicNearby`; the clinic itself is not among them.
    """
    return _near(session, clinic_id, {clinic_id}, limit=limit)


def unasked(session: Session, token: str) -> list[Row]:
    """Return clinics as `around` does for the request behind a link, without those asked before."""
    appointment = following.held(session, token, lock=False)
    asked = select(Appointment.clinic_id).where(
        col(Appointment.assessment_id) == appointment.assessment_id
    )
    return _near(session, appointment.clinic_id, set(session.exec(asked)), limit=MOST_SHOWN)


def _near(session: Session, clinic_id: UUID, left_out: set[UUID], *, limit: int) -> list[Row]:
    clinic = session.get_one(Clinic, clinic_id)
    point = Point(clinic.latitude, clinic.longitude)
    connection, enough = session.connection(), limit + MOST_ASKED
    rows, within = nearest(connection, point, radius=RADIUS, limit=enough, taking_requests=True)
    return [row for row in rows if within and row["id"] not in left_out][:limit]
