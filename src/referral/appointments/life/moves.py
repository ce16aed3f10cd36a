"""Moving a request along: the one gate through which its state changes."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from referral.appointments import states
from referral.appointments.life import (
    announcements,
    booking,
    clock,
    endings,
    offers,
    passing_on,
    undoing,
)
from referral.appointments.life.movers import Codes, Mover, facts, write_message
from referral.appointments.life.reaching import heard
from referral.appointments.models import Appointment
from referral.appointments.states import Action, Actor, State
from referral.appointments.steps import PatientMove, SendOn, StaffMove, SystemStep
from referral.clinics.membership import upkeep
from referral.errors import ConflictError, StaleError
from referral.record.service import Entry, append, queue_up
from referral.text import N_

Step = StaffMove | PatientMove | SystemStep
# The versions a caller accepts (If-Match); None accepts any.
Versions = frozenset[int] | None
Change = Callable[[Session, Appointment, Any, Mover], Codes]

# What each action is called in the log once it has happened.
HAPPENED: Mapping[Action, str] = {
    Action.RECEIVE: "received",
    Action.OFFER: "offered",
    Action.BOOK: "booked",
    Action.MOVE: "moved",
    Action.RELEASE: "released",
    Action.WAITLIST: "waitlisted",
    Action.DECLINE: "declined",
    Action.ARRIVE: "arrived",
    Action.COMPLETE: "completed",
    Action.NO_SHOW: "no_show",
    Action.CALLED: "called",
    Action.ACCEPT: "accepted",
    Action.REFUSE: "refused",
    Action.ASK_MOVE: "move_asked",
    Action.ASK_AGAIN: "asked_again",
    Action.STOP_NOTICES: "notices_stopped",
    Action.SEND_ON: "sent_on",
    Action.LAPSE: "lapsed",
    Action.EXPIRE: "expired",
    Action.CANCEL: "cancelled",
    Action.UNDO: "undone",
    Action.ENTER_IN_ERROR: "entered_in_error",
}

# Opening a request does not give the clinic more time, and undo brings its own plan back.
KEEPS_PLAN = frozenset({Action.RECEIVE, Action.UNDO})


def move(
    session: Session, appointment: Appointment, step: Step, *, mover: Mover, expected: Versions
) -> Appointment:
    """Make `step`, raise the version by one, append the event and tell those it concerns.

    `appointment` is locked by the caller. Raises StaleError when its version is not `expected`,
    ConflictError when the state does not allow the step, and what the step itself finds wrong.
    """
    need_version(appointment, expected)
    _make(session, appointment, step, mover)
    _send_on_as_agreed(session, appointment, mover)
    return appointment


def need_version(appointment: Appointment, expected: Versions) -> None:
    """Raise StaleError when the version is not `expected`."""
    if expected is not None and appointment.version not in expected:
        raise StaleError(
            N_("Somebody changed this request after you read it. Read it again."),
            facts={"version": appointment.version},
        )


def actions(appointment: Appointment, mover: Mover) -> list[Action]:
    """Return what this mover may do now."""
    return list(states.available(appointment.state, mover.actor, facts(appointment, mover)))


def _make(session: Session, appointment: Appointment, step: Step, mover: Mover) -> None:
    came_from, planned = appointment.state, _planned(appointment)
    to = _gate(appointment, step.action, mover)
    before = undoing.snapshot(session, appointment, step.action) if mover.key_id else None
    # In this order for everybody, so that two who wait for each other are no circle.
    _count(session, appointment, step.action, mover)
    queue_up(session, _logs(appointment, step))
    codes = CHANGES[step.action](session, appointment, step, mover)
    appointment.state = to
    appointment.version += 1
    appointment.updated_at = mover.now
    if step.action in KEEPS_PLAN or _planned(appointment) == planned:
        clock.reset(appointment, mover.now)
    else:
        clock.restart(appointment, mover.now)
    _remember(appointment, None if step.action is Action.UNDO else before, mover)
    session.add(appointment)
    session.flush()
    _log(session, appointment, mover, {"action": step.action, "from": came_from, **codes})
    announcements.of_move(session, appointment, (step.action, mover.actor), codes, now=mover.now)


def _count(session: Session, appointment: Appointment, action: Action, mover: Mover) -> None:
    """Keep what statistics ask for: a look at the log of every request would take too long.

    `appointment` is as it was before. A place on the waiting list was an answer, even in vain.
    """
    if action in states.ANSWERS:
        upkeep.answered(session, appointment.clinic_id, now=mover.now)
        if appointment.answer_seconds is None:
            appointment.answer_seconds = int((mover.now - appointment.created_at).total_seconds())
    if action is Action.EXPIRE and appointment.state is not State.WAITLISTED:
        upkeep.let_expire(session, appointment.clinic_id, vault=mover.vault, now=mover.now)
    if action is Action.NO_SHOW:
        appointment.missed = True


def _logs(appointment: Appointment, step: Step) -> set[UUID]:
    """Return the clinics whose logs this step may write to, or what follows from it at once."""
    if isinstance(step, SendOn):
        return {appointment.clinic_id, step.clinic_id}
    leads_on = step.action in (Action.DECLINE, Action.EXPIRE)
    return {appointment.clinic_id, *map(UUID, appointment.also_ask if leads_on else ())}


def _planned(appointment: Appointment) -> tuple[State, datetime | None, bool]:
    """Return what the plan of what time does hangs on."""
    return appointment.state, appointment.starts_at, clock.owes_move(appointment)


def _gate(appointment: Appointment, action: Action, mover: Mover) -> State:
    """Return the state that `action` leads to, or raise ConflictError with what is allowed."""
    line = states.target(appointment.state, action, mover.actor, facts(appointment, mover))
    if line is None:
        raise ConflictError(
            N_("The request is not in a state that allows this."),
            code="move-not-allowed",
            facts={"state": appointment.state, "available_actions": actions(appointment, mover)},
        )
    if action is Action.UNDO:
        return undoing.state_before(appointment)
    return line.to or appointment.state


def _remember(appointment: Appointment, before: dict[str, object] | None, mover: Mover) -> None:
    """Keep what the mover may take back; anybody else's move ends that."""
    appointment.undo = before
    appointment.undo_by = mover.key_id if before else None
    appointment.undo_until = mover.now + undoing.UNDO_WITHIN if before else None


def _send_on_as_agreed(session: Session, appointment: Appointment, mover: Mover) -> None:
    """After a no or silence, ask the next clinic that the person agreed to beforehand."""
    if appointment.state not in (State.DECLINED, State.EXPIRED) or appointment.sent_on_to:
        return
    system = Mover(Actor.SYSTEM, "system", mover.now, mover.vault, mover.answer_days)
    for clinic_id in passing_on.agreed(session, appointment, mover):
        # Where another request of the same need asks that clinic at this moment, the no stands.
        with suppress(ConflictError):
            step = SendOn(action=Action.SEND_ON, clinic_id=clinic_id)
            _make(session, appointment, step, system)
            return


def _log(session: Session, appointment: Appointment, mover: Mover, codes: Codes) -> None:
    kind = f"appointment.{HAPPENED[codes['action']]}"
    entry = Entry(appointment.clinic_id, appointment.id, kind, mover.name, codes)
    append(session, entry, vault=mover.vault, now=mover.now)


def _note_only(_session: Session, _appointment: Appointment, _step: Any, _mover: Mover) -> Codes:  # noqa: ANN401 - any step, as `Change` has it
    return {}


def _waitlist(_session: Session, appointment: Appointment, step: Any, mover: Mover) -> Codes:  # noqa: ANN401 - any step, as `Change` has it
    write_message(appointment, step.message, mover.vault)
    return {}


def _stop(_session: Session, appointment: Appointment, _step: Any, _mover: Mover) -> Codes:  # noqa: ANN401 - any step, as `Change` has it
    appointment.quiet = True
    return {}


def _called(_session: Session, appointment: Appointment, _step: Any, _mover: Mover) -> Codes:  # noqa: ANN401 - any step, as `Change` has it
    heard(appointment)
    return {}


CHANGES: Mapping[Action, Change] = {
    Action.RECEIVE: _note_only,
    Action.OFFER: offers.offer,
    Action.BOOK: booking.book,
    Action.MOVE: booking.book,
    Action.RELEASE: booking.release,
    Action.WAITLIST: _waitlist,
    Action.DECLINE: endings.decline,
    Action.ARRIVE: endings.note_visit,
    Action.COMPLETE: endings.note_visit,
    Action.NO_SHOW: endings.note_visit,
    Action.CALLED: _called,
    Action.ACCEPT: offers.accept,
    Action.REFUSE: offers.refuse,
    Action.ASK_MOVE: booking.ask_move,
    Action.ASK_AGAIN: booking.ask_again,
    Action.STOP_NOTICES: _stop,
    Action.SEND_ON: passing_on.send_on,
    Action.LAPSE: offers.lapse,
    Action.EXPIRE: endings.expire,
    Action.CANCEL: endings.cancel,
    Action.UNDO: undoing.undo,
    Action.ENTER_IN_ERROR: endings.enter_in_error,
}
