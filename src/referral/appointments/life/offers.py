"""Times on offer: held while the person decides, taken by them, refused, or lapsed."""

from sqlmodel import Session

from referral.appointments.deadlines import LONGEST_OFFER, OFFER_LASTS
from referral.appointments.life import calendars
from referral.appointments.life.booking import give_up, take, take_windows, visit_codes
from referral.appointments.life.calendars import Span
from referral.appointments.life.movers import Codes, Mover, promise_anew, write_message
from referral.appointments.models import Appointment, HeldTime
from referral.appointments.states import State
from referral.appointments.steps import Accept, NewWindows, Offer
from referral.appointments.windows import FARTHEST
from referral.errors import ConflictError, InvalidError, Problem
from referral.text import N_


def offer(session: Session, appointment: Appointment, step: Offer, mover: Mover) -> Codes:
    """Hold one to five times for the person until the offer ends.

    Raises InvalidError at a time in the past or more than 90 days ahead, at `times` that overlap,
    or at `expires_at`, and ConflictError with free times where one is taken.
    """
    ends = step.expires_at or mover.now + OFFER_LASTS
    if not mover.now < ends <= mover.now + LONGEST_OFFER:
        raise InvalidError.at(
            "expires_at",
            code="offer-too-long",
            detail=N_("An offer ends in the future, at most seven days from now."),
        )
    if appointment.state is State.NO_SHOW:
        give_up(session, appointment)
    calendars.let_go(session, appointment.id, only_offered=True)
    spans = _spans(session, appointment, step, mover)
    calendars.hold(session, appointment, spans, booked=False, now=mover.now)
    # A time that has begun cannot be taken any more: the offer ends with its last one.
    appointment.offer_expires_at = min(ends, max(span.starts_at for span in spans))
    write_message(appointment, step.message, mover.vault)
    return {"times": len(spans), "offer_expires_at": appointment.offer_expires_at.isoformat()}


def accept(session: Session, appointment: Appointment, step: Accept, mover: Mover) -> Codes:
    """Book one of the offered times and free the others.

    Raises InvalidError at `time_id` for a time that is not on offer, ConflictError for one that
    has begun.
    """
    held = session.get(HeldTime, step.time_id)
    if held is None or held.appointment_id != appointment.id or held.booked:
        raise InvalidError.at(
            "time_id", code="time-unknown", detail=N_("Choose one of the times on offer.")
        )
    if held.starts_at <= mover.now:
        raise ConflictError(N_("This time has passed. Choose another one."), code="time-passed")
    before = visit_codes(appointment)
    others = [time for time in calendars.held_by(session, appointment.id) if time.id != held.id]
    for time in others:
        session.delete(time)
    take(appointment, held)
    session.add(held)
    return before


def refuse(session: Session, appointment: Appointment, step: NewWindows, mover: Mover) -> Codes:
    """None of the offered times fits: free them, and keep when the person could come instead."""
    take_windows(session, appointment, step, mover)
    appointment.wants_move = appointment.state is State.BOOKED
    return lapse(session, appointment, step, mover)


def lapse(session: Session, appointment: Appointment, _step: object, mover: Mover) -> Codes:
    """Free the offered times; if an answer is owed again, the clinic's time for it begins."""
    calendars.let_go(session, appointment.id, only_offered=True)
    appointment.offer_expires_at = None
    if appointment.state is State.OFFERED or appointment.wants_move:
        promise_anew(session, appointment, mover)
    return {}


def _spans(session: Session, appointment: Appointment, step: Offer, mover: Mover) -> list[Span]:
    problems = [
        Problem(
            ("times", place),
            "time-out-of-range",
            N_("Choose a time that is still to come, at most 90 days from now."),
        )
        for place, time in enumerate(step.times)
        if not mover.now < time.starts_at <= mover.now + FARTHEST
    ]
    if problems:
        raise InvalidError(problems)
    # Another time for a booked visit is with its own chiropractor, unless another one is named.
    own = appointment.chiropractor_id
    spans = calendars.spans_of(session, appointment.clinic_id, step.times, stays_with=own)
    cells = [cell for span in spans for cell in span.cells()]
    if len(set(cells)) < len(cells):
        raise InvalidError.at(
            "times", code="times-overlap", detail=N_("Two of these times overlap.")
        )
    return spans
