"""The clock of a stored request: what is due next, written where the worker finds it."""

from datetime import datetime

from referral.appointments import deadlines
from referral.appointments.deadlines import Clock, Due
from referral.appointments.models import Appointment
from referral.appointments.states import WAITING


def restart(appointment: Appointment, now: datetime) -> None:
    """Begin the plan of the state that the request has just entered."""
    appointment.since = now
    appointment.stage = 0
    set_due(appointment)


def set_due(appointment: Appointment) -> None:
    """Note when the first duty of the present state is due."""
    _note(appointment, deadlines.first(clock_of(appointment)))


def reset(appointment: Appointment, now: datetime) -> None:
    """Look again at what is due next; the plan and how far it has come stay as they are."""
    _note(appointment, deadlines.following(clock_of(appointment), now))


def go_on(appointment: Appointment, done: Due, now: datetime) -> None:
    """Note that `done` was done at `now`, and when the next duty is due."""
    appointment.stage = done.stage
    reset(appointment, now)


def due_now(appointment: Appointment, now: datetime) -> Due | None:
    """Return the duty to do now, if there is one."""
    return deadlines.now_due(clock_of(appointment), now)


def owes_move(appointment: Appointment) -> bool:
    """Say whether the clinic owes an answer about another time for a booked visit."""
    return deadlines.owes_move(clock_of(appointment))


def is_owed(appointment: Appointment) -> bool:
    """Say whether the clinic owes a word by `answer_by`: an answer, or another time for a visit."""
    return appointment.state in WAITING or owes_move(appointment)


def clock_of(appointment: Appointment) -> Clock:
    """Return the times of `appointment` that its deadlines follow from."""
    return Clock(
        state=appointment.state,
        stage=appointment.stage,
        since=appointment.since,
        answer_by=appointment.answer_by,
        expires_at=appointment.expires_at,
        offer_expires_at=appointment.offer_expires_at,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        wants_move=appointment.wants_move,
        remind_at=appointment.remind_at,
    )


def _note(appointment: Appointment, due: Due | None) -> None:
    appointment.due_at = due.at if due is not None else None
