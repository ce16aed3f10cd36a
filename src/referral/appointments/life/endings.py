"""How a visit or a request ends: declined, called off, expired, seen, or entered in error."""

from sqlmodel import Session

from referral.appointments.life import calendars
from referral.appointments.life.booking import give_up
from referral.appointments.life.movers import Codes, Mover, write_message
from referral.appointments.models import Appointment
from referral.appointments.reasons import NextStep
from referral.appointments.states import State
from referral.appointments.steps import Cancel, Decline


def decline(session: Session, appointment: Appointment, step: Decline, mover: Mover) -> Codes:
    """Keep the clinic's reason, the next step and its message, and free what was held."""
    give_up(session, appointment)
    appointment.decline_reason = step.reason
    appointment.next_step = step.next_step
    write_message(appointment, step.message, mover.vault)
    return {"reason": step.reason, "next_step": step.next_step}


def cancel(session: Session, appointment: Appointment, step: object, mover: Mover) -> Codes:
    """Call the request off; after a clinic's no the person may ask another one."""
    codes = _visit_off(session, appointment)
    if isinstance(step, Cancel):
        appointment.next_step = NextStep.OTHER_CLINIC
        write_message(appointment, step.message, mover.vault)
    return {"by": mover.actor, **codes}


def expire(session: Session, appointment: Appointment, _step: object, _mover: Mover) -> Codes:
    """End a request that nobody answered, or that waited on the list for a time in vain."""
    listed = {"listed": True} if appointment.state is State.WAITLISTED else {}
    return {**give_up(session, appointment), **listed}


def note_visit(session: Session, appointment: Appointment, _step: object, mover: Mover) -> Codes:
    """Note what became of a visit, by whom; other times that were on offer for it are freed."""
    calendars.let_go(session, appointment.id, only_offered=True)
    appointment.offer_expires_at = None
    appointment.wants_move = False
    return {"by": mover.actor}


def enter_in_error(
    session: Session, appointment: Appointment, _step: object, _mover: Mover
) -> Codes:
    """Withdraw a request that should not exist; its personal data are erased, most a day later."""
    return give_up(session, appointment)


def _visit_off(session: Session, appointment: Appointment) -> Codes:
    """Free what was held; only a missed visit keeps its time in the record."""
    return {} if appointment.state is State.NO_SHOW else give_up(session, appointment)
