"""Moving a request along: the one gate through which its state changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from referral.appointments import booking, states
from referral.appointments.models import Appointment
from referral.appointments.states import Actor
from referral.appointments.steps import Book, Cancel, Decline, PatientCancel, Receive
from referral.errors import ConflictError, StaleError
from referral.record.service import Entry, append
from referral.text import N_
from referral.vault import Vault

MESSAGE = "appointments.message"
Step = Receive | Book | Decline | Cancel | PatientCancel
Codes = Mapping[str, Any]
# The versions a caller accepts (If-Match); None accepts any.
Versions = frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves the request, when, and with which vault."""

    actor: Actor
    name: str
    now: datetime
    vault: Vault


def move(
    session: Session, appointment: Appointment, step: Step, *, mover: Mover, expected: Versions
) -> Appointment:
    """Make `step`, raise the version by one and append the event.

    `appointment` is locked by the caller. Raises StaleError when its version is not `expected`,
    ConflictError when the state does not allow the step, and what the step itself finds wrong.
    """
    if expected is not None and appointment.version not in expected:
        raise StaleError(
            N_("Somebody changed this request after you read it. Read it again."),
            facts={"version": appointment.version},
        )
    came_from = appointment.state
    to = states.target(came_from, step.action, mover.actor)
    if to is None or not _still_possible(appointment, mover):
        raise ConflictError(
            N_("The request is not in a state that allows this."),
            code="move-not-allowed",
            facts={"state": came_from, "available_actions": actions(appointment, mover)},
        )
    codes = CHANGES[type(step)](session, appointment, step, mover)
    appointment.state = to
    appointment.version += 1
    appointment.updated_at = mover.now
    session.add(appointment)
    _log(session, appointment, mover, {"action": step.action, "from": came_from, **codes})
    return appointment


def actions(appointment: Appointment, mover: Mover) -> list[str]:
    """Return what this mover may do now."""
    if not _still_possible(appointment, mover):
        return []
    return list(states.available(appointment.state, mover.actor))


def _still_possible(appointment: Appointment, mover: Mover) -> bool:
    started = appointment.starts_at is not None and appointment.starts_at <= mover.now
    return not (started and mover.actor is Actor.PATIENT)


def _log(session: Session, appointment: Appointment, mover: Mover, codes: Codes) -> None:
    kind = f"appointment.{appointment.state}"
    entry = Entry(appointment.clinic_id, appointment.id, kind, mover.name, codes)
    append(session, entry, now=mover.now)


def _receive(_session: Session, _appointment: Appointment, _step: Any, _mover: Mover) -> Codes:  # noqa: ANN401
    return {}


def _book(session: Session, appointment: Appointment, step: Any, mover: Mover) -> Codes:  # noqa: ANN401
    booking.hold(session, appointment, step, now=mover.now)
    return {}


def _decline(_session: Session, appointment: Appointment, step: Any, mover: Mover) -> Codes:  # noqa: ANN401
    appointment.decline_reason = step.reason
    appointment.next_step = step.next_step
    _write_message(appointment, step.message, mover.vault)
    return {"reason": step.reason, "next_step": step.next_step}


def _cancel(_session: Session, appointment: Appointment, step: Any, mover: Mover) -> Codes:  # noqa: ANN401
    if isinstance(step, Cancel):
        _write_message(appointment, step.message, mover.vault)
    return {"by": mover.actor}


CHANGES: Mapping[type, Callable[[Session, Appointment, Any, Mover], Codes]] = {
    Receive: _receive,
    Book: _book,
    Decline: _decline,
    Cancel: _cancel,
    PatientCancel: _cancel,
}


def _write_message(appointment: Appointment, message: str, vault: Vault) -> None:
    if message and appointment.wrapped_key is not None:
        key = vault.open_key(appointment.id, appointment.wrapped_key)
        appointment.message = key.seal(MESSAGE, {"text": message})
