"""Who moves a request, and what every move may need to know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from referral.appointments.models import Appointment
from referral.appointments.promise import promise
from referral.appointments.reasons import DeclineReason, NextStep
from referral.appointments.schemas import MAX_HOPS
from referral.appointments.states import Actor, Fact, Facts, State
from referral.clinics import hours as opening
from referral.clinics.holidays import ClosedDays
from referral.clinics.models import Clinic
from referral.vault import Vault

MESSAGE = "appointments.message"
# For how long after its end a request may be sent on to another clinic.
SENT_ON_WITHIN = timedelta(days=14)
MEDICAL = frozenset({NextStep.SEE_DOCTOR, NextStep.URGENT_CARE})

Codes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves the request, when, with which vault; `key_id` is a staff member's key.

    `answer_days` are the open days a clinic has to answer.
    """

    actor: Actor
    name: str
    now: datetime
    vault: Vault
    answer_days: int
    key_id: UUID | None = None


def facts(appointment: Appointment, mover: Mover) -> Facts:
    """Return what the table of moves needs to know beside the state."""
    now = mover.now
    starts_at, offer_ends = appointment.starts_at, appointment.offer_expires_at
    true = {
        Fact.STARTED: starts_at is not None and starts_at <= now,
        Fact.TIMES_OFFERED: offer_ends is not None and offer_ends > now,
        Fact.NOTICES_ON: not appointment.quiet,
        Fact.HOPS_LEFT: _may_be_sent_on(appointment, now),
        Fact.UNDOABLE: _may_be_undone(appointment, mover),
        Fact.CALL_DUE: appointment.call_due_since is not None,
    }
    return frozenset(fact for fact, holds in true.items() if holds)


def promise_anew(session: Session, appointment: Appointment, mover: Mover) -> None:
    """Let the clinic's time to answer begin again, now."""
    clinic = session.get_one(Clinic, appointment.clinic_id)
    appointment.answer_by, appointment.expires_at, appointment.remind_at = promise(
        opening.from_json(clinic.hours),
        clinic.timezone,
        closed=ClosedDays.of(clinic.keeps_holidays, clinic.closed_on),
        days=mover.answer_days,
        now=mover.now,
    )


def write_message(appointment: Appointment, message: str, vault: Vault) -> None:
    """Keep what the clinic writes to the person, sealed; an empty message clears an older one."""
    appointment.message = None
    if message and appointment.wrapped_key is not None:
        key = vault.open_key(appointment.id, appointment.wrapped_key)
        appointment.message = key.seal(MESSAGE, {"text": message})


def _may_be_sent_on(appointment: Appointment, now: datetime) -> bool:
    """After a no or silence, while the answers hold, and never past advice to see a doctor."""
    helped = appointment.state is State.EXPIRED or appointment.next_step is not None
    return (
        helped
        and appointment.next_step not in MEDICAL
        and appointment.decline_reason is not DeclineReason.NEEDS_MEDICAL_CHECK
        and appointment.sent_on_to is None
        and appointment.wrapped_key is not None
        and appointment.hop < MAX_HOPS
        and appointment.updated_at > now - SENT_ON_WITHIN
        and appointment.answers_until >= now
    )


def _may_be_undone(appointment: Appointment, mover: Mover) -> bool:
    return (
        mover.key_id is not None
        and appointment.undo_by == mover.key_id
        and appointment.undo_until is not None
        and appointment.undo_until >= mover.now
        and appointment.sent_on_to is None
    )
