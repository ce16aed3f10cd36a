"""Leaving: noted at once, and done by the worker once nobody waits for the clinic any more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, or_, select

from referral.appointments.models import Appointment
from referral.appointments.states import LIVE
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.membership import departing
from referral.clinics.membership.upkeep import locked
from referral.clinics.models import Departure
from referral.clinics.representations import Leaving
from referral.db import Database
from referral.staff import service as staff
from referral.webhooks import service as webhooks

# By then every request is stored that was let in before the clinic was paused.
SETTLED_AFTER = timedelta(minutes=1)
# A clinic that has closed its doors makes no calls: it is not kept for those for ever.
CALLS_COUNT_FOR = timedelta(days=30)
MOST_COUNTED = 1000


def leave(session: Session, clinic_id: UUID, *, now: datetime) -> Leaving:
    """Let a clinic leave, as `departing.leave` does, and say how much is still open."""
    departure = departing.leave(session, clinic_id, now=now)
    still_open = open_requests(session, clinic_id, now=now)
    return Leaving(leaving_since=departure.asked_at, open_requests=still_open)


def open_requests(session: Session, clinic_id: UUID, *, now: datetime) -> int:
    """Return for how many requests the clinic still has something to do, up to 1000."""
    mine = select(Appointment.id).where(col(Appointment.clinic_id) == clinic_id)
    call_due = col(Appointment.call_due_since) > now - CALLS_COUNT_FOR
    waiting = mine.where(or_(col(Appointment.state).in_(LIVE), call_due))
    return len(session.exec(waiting.limit(MOST_COUNTED)).all())


def finish_all(database: Database, *, zips: Callable[[], ZipCentroids], now: datetime) -> int:
    """Make those who leave listed clinics, where nothing is open any more; return how many."""
    asked = select(Departure.clinic_id).where(col(Departure.asked_at) <= now - SETTLED_AFTER)
    with database.reading() as session:
        leaving = session.exec(asked.order_by(col(Departure.clinic_id))).all()
    verbs = (partial(_finish, clinic_id=one, zips=zips, now=now) for one in leaving)
    return sum(database.settle(verb) for verb in verbs)


def _finish(
    session: Session, *, clinic_id: UUID, zips: Callable[[], ZipCentroids], now: datetime
) -> bool:
    clinic = locked(session, clinic_id)
    if session.get(Departure, clinic_id) is None or open_requests(session, clinic_id, now=now):
        return False
    staff.revoke_all(session, clinic_id, now=now)
    webhooks.delete_all(session, clinic_id)
    departing.relist(session, clinic, zips=zips(), now=now)
    return True
