"""Other clinics near the one that was asked, that could be asked as well or instead."""

import math
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from referral.appointments.links import held
from referral.appointments.models import Appointment
from referral.clinics.finding.circles import Circle, Sought
from referral.clinics.finding.search import nearest
from referral.clinics.geography.geo import Point
from referral.clinics.models import Clinic
from referral.clinics.standing import Accepting
from referral.clinics.traits import Takes

RADIUS = 50
TAKING_REQUESTS = Sought(traits=(("accepting", Takes.ONLINE_REQUESTS),))
MOST_SHOWN = 5
MOST_TO_CALL = 3
# Clinics asked before stand among the nearest; there are never more of them than hops.
MOST_ASKED = 5
Row = dict[str, Any]


def around(session: Session, clinic_id: UUID, *, limit: int) -> list[Row]:
    """Return up to `limit` clinics within 50 miles that take requests, in the order of rank.

    Rows have the shape of `ClinicNearby` without its `rank`; the clinic itself is not among them.
    """
    return _near(session, clinic_id, {clinic_id}, limit=limit)


def unasked(session: Session, token: str) -> list[Row]:
    """Return clinics as `around` does for the request behind a link, without those asked before."""
    clinic_id, asked = _asked(session, token)
    return _near(session, clinic_id, asked, limit=MOST_SHOWN)


def to_call(session: Session, token: str) -> list[Row]:
    """Return clinics that may have a time and were not asked, however far, in the order of rank.

    For the request behind a link that can be sent nowhere else. Rows as `around` has them.
    """
    clinic_id, asked = _asked(session, token)
    anywhere = Circle(_place(session, clinic_id), math.inf)
    found = nearest(session.connection(), anywhere, limit=MOST_TO_CALL + MOST_ASKED)
    callable_ = (row for row in found.rows if row["phone"] and row["accepting"] is not Accepting.NO)
    return [row for row in callable_ if row["id"] not in asked][:MOST_TO_CALL]


def _asked(session: Session, token: str) -> tuple[UUID, set[UUID]]:
    """Return the clinic that has the request behind a link, and all that were asked."""
    appointment = held(session, token, lock=False)
    asked = select(Appointment.clinic_id).where(
        col(Appointment.assessment_id) == appointment.assessment_id
    )
    return appointment.clinic_id, set(session.exec(asked))


def _near(session: Session, clinic_id: UUID, left_out: set[UUID], *, limit: int) -> list[Row]:
    around = Circle(_place(session, clinic_id), RADIUS)
    found = nearest(session.connection(), around, TAKING_REQUESTS, limit=limit + MOST_ASKED)
    return [row for row in found.rows if row["id"] not in left_out][:limit]


def _place(session: Session, clinic_id: UUID) -> Point:
    clinic = session.get_one(Clinic, clinic_id)
    return Point(clinic.latitude, clinic.longitude)
