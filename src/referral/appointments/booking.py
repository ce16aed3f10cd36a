"""Booking a time: inside a window that the person gave, and never twice for one chiropractor."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from referral.appointments.models import Appointment
from referral.appointments.promise import PartOfDay, is_inside
from referral.appointments.states import State
from referral.appointments.steps import Book
from referral.clinics.models import Chiropractor, Clinic
from referral.errors import ConflictError, InvalidError
from referral.text import N_


def hold(session: Session, appointment: Appointment, step: Book, *, now: datetime) -> None:
    """Give the appointment its time.

    Raises InvalidError at `starts_at` (past, or outside every window) or at `chiropractor_id` (not
    of this clinic), and ConflictError where the chiropractor has another visit at that time.
    """
    zone = session.exec(select(Clinic.timezone).where(Clinic.id == appointment.clinic_id)).one()
    _check_start(appointment, step.starts_at.astimezone(ZoneInfo(zone)), now=now)
    ends_at = step.starts_at + timedelta(minutes=step.minutes)
    if step.chiropractor_id is not None:
        _check_chiropractor(session, appointment, step.chiropractor_id)
        _check_free(session, step, ends_at)
    appointment.starts_at = step.starts_at
    appointment.ends_at = ends_at
    appointment.chiropractor_id = step.chiropractor_id


def _check_start(appointment: Appointment, start: datetime, *, now: datetime) -> None:
    if start <= now:
        raise InvalidError.at(
            "starts_at", code="in-the-past", detail=N_("Choose a time that is still to come.")
        )
    windows = appointment.preferred_windows
    if not any(is_inside(start, date.fromisoformat(d), PartOfDay(p)) for d, p in windows):
        raise InvalidError.at(
            "starts_at",
            code="outside-windows",
            detail=N_("Choose a time inside one of the windows that the person gave."),
        )


def _check_chiropractor(session: Session, appointment: Appointment, chiropractor_id: UUID) -> None:
    # Locking the chiropractor makes two bookings of the same person wait for each other.
    found = session.exec(
        select(Chiropractor).where(Chiropractor.id == chiropractor_id).with_for_update()
    ).first()
    if found is None or found.clinic_id != appointment.clinic_id:
        raise InvalidError.at(
            "chiropractor_id",
            code="chiropractor-unknown",
            detail=N_("There is no such chiropractor at this clinic."),
        )


def _check_free(session: Session, step: Book, ends_at: datetime) -> None:
    taken = select(Appointment.id).where(
        col(Appointment.chiropractor_id) == step.chiropractor_id,
        col(Appointment.state) == State.BOOKED,
        col(Appointment.starts_at) < ends_at,
        col(Appointment.ends_at) > step.starts_at,
    )
    if session.exec(taken.limit(1)).first() is not None:
        raise ConflictError(
            N_("This chiropractor already has a visit at that time."), code="time-taken"
        )
