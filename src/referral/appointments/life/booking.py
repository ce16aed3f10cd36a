"""Booked times: booking inside a window that the person gave, moving, releasing and the visit."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from referral.appointments import windows
from referral.appointments.life import calendars
from referral.appointments.life.movers import Codes, Mover, promise_anew, write_message
from referral.appointments.models import Appointment, HeldTime
from referral.appointments.states import State
from referral.appointments.steps import Book, Move, NewWindows, Release
from referral.clinics.models import Clinic
from referral.errors import ConflictError, InvalidError
from referral.record.service import history
from referral.text import N_

MOVE_ASKED = "appointment.move_asked"
# Each is a letter to the clinic; nobody else's move lies between two of them.
MOST_WISHES = 10
A_DAY = timedelta(days=1)


def book(session: Session, appointment: Appointment, step: Book | Move, mover: Mover) -> Codes:
    """Book a time, or move the visit to it; the time held before is freed.

    Raises InvalidError at `starts_at` (past, or outside every window) or at `chiropractor_id`, and
    ConflictError with free times where the time is taken.
    """
    zone = ZoneInfo(session.get_one(Clinic, appointment.clinic_id).timezone)
    if step.starts_at <= mover.now:
        raise InvalidError.at(
            "starts_at", code="in-the-past", detail=N_("Choose a time that is still to come.")
        )
    before = visit_codes(appointment)
    # A visit that moves stays with its chiropractor, and may overlap the time that it had.
    own = appointment.chiropractor_id
    calendars.let_go(session, appointment.id)
    (span,) = calendars.spans_of(session, appointment.clinic_id, [step], stays_with=own)
    local = (span.starts_at.astimezone(zone), span.ends_at.astimezone(zone))
    if not windows.holds(appointment.preferred_windows, *local):
        raise InvalidError.at(
            "starts_at",
            code="outside-windows",
            detail=N_("Choose a time inside one of the windows that the person gave."),
        )
    (held,) = calendars.hold(session, appointment, [span], booked=True, now=mover.now)
    take(appointment, held)
    return before


def take(appointment: Appointment, held: HeldTime) -> None:
    """Make a held time the booked one."""
    held.booked = True
    appointment.starts_at = held.starts_at
    appointment.ends_at = held.ends_at
    appointment.chiropractor_id = held.chiropractor_id
    appointment.offer_expires_at = None
    appointment.wants_move = False
    appointment.sequence = 0 if appointment.sequence is None else appointment.sequence + 1


def give_up(session: Session, appointment: Appointment) -> Codes:
    """Free every time that the request holds; return the codes of the visit that is off."""
    before = visit_codes(appointment)
    calendars.let_go(session, appointment.id)
    # A missed visit stays in calendars as it was.
    if appointment.sequence is not None and appointment.state is not State.NO_SHOW:
        appointment.sequence += appointment.starts_at is not None
    appointment.starts_at = appointment.ends_at = appointment.chiropractor_id = None
    appointment.offer_expires_at = None
    appointment.wants_move = False
    return before


def release(session: Session, appointment: Appointment, step: Release, mover: Mover) -> Codes:
    """Free a booked time that the clinic cannot keep; its time to answer begins again."""
    before = give_up(session, appointment)
    write_message(appointment, step.message, mover.vault)
    promise_anew(session, appointment, mover)
    return before


def take_windows(
    session: Session, appointment: Appointment, step: NewWindows, mover: Mover
) -> None:
    """Keep when the person could come instead; InvalidError at a window that is no good."""
    timezone = session.get_one(Clinic, appointment.clinic_id).timezone
    windows.check(step.preferred_windows, timezone, now=mover.now)
    appointment.preferred_windows = windows.pairs(step.preferred_windows)


def ask_move(session: Session, appointment: Appointment, step: NewWindows, mover: Mover) -> Codes:
    """Note that the person needs another time, and when; the booked one stays until then.

    ConflictError where they said so too often lately.
    """
    events = history(session, appointment.id)
    lately = [each for each in events if each.kind == MOVE_ASKED and each.at > mover.now - A_DAY]
    if len(lately) >= MOST_WISHES:
        raise ConflictError(
            N_("You changed your times often today. Please call the clinic."),
            code="asked-too-often",
        )
    take_windows(session, appointment, step, mover)
    if not appointment.wants_move:
        promise_anew(session, appointment, mover)
    appointment.wants_move = True
    return {}


def ask_again(session: Session, appointment: Appointment, step: NewWindows, mover: Mover) -> Codes:
    """Ask for another time after a missed visit."""
    take_windows(session, appointment, step, mover)
    codes = give_up(session, appointment)
    promise_anew(session, appointment, mover)
    return codes


def visit_codes(appointment: Appointment) -> dict[str, Any]:
    """Return the booked time as codes for the log and for notices; empty where there is none."""
    if appointment.starts_at is None or appointment.ends_at is None:
        return {}
    return {
        "visit_starts_at": appointment.starts_at.isoformat(),
        "visit_ends_at": appointment.ends_at.isoformat(),
    }
