"""The parts of a request as they are shown to either side: read from its row and unsealed."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sqlmodel import Session

from referral.appointments.life import calendars
from referral.appointments.life.movers import MESSAGE
from referral.appointments.life.submission import PERSON
from referral.appointments.models import Appointment, HeldTime
from referral.appointments.representations import (
    AssessmentSeen,
    Booking,
    Decision,
    HistoryItem,
    OfferedTime,
    Person,
    Window,
)
from referral.record.service import history
from referral.symptoms import service as symptoms
from referral.vault import Vault


def booking_of(appointment: Appointment, timezone: str) -> Booking | None:
    """Return the booked time in the clinic's zone, if there is one."""
    if appointment.starts_at is None or appointment.ends_at is None:
        return None
    zone = ZoneInfo(timezone)
    return Booking(
        starts_at=appointment.starts_at.astimezone(zone),
        ends_at=appointment.ends_at.astimezone(zone),
        timezone=timezone,
        chiropractor_id=appointment.chiropractor_id,
    )


def offered_times_of(
    session: Session, appointment: Appointment, timezone: str
) -> list[OfferedTime]:
    """Return the times on offer, earliest first, in the clinic's zone."""
    if appointment.offer_expires_at is None:
        return []
    return _offered(calendars.held_by(session, appointment.id), ZoneInfo(timezone))


def decision_of(appointment: Appointment, vault: Vault) -> Decision | None:
    """Return the clinic's reason, next step and message, if it gave any."""
    if not (appointment.decline_reason or appointment.next_step or appointment.message):
        return None
    text = ""
    if appointment.message is not None and appointment.wrapped_key is not None:
        key = vault.open_key(appointment.id, appointment.wrapped_key)
        text = key.unseal(MESSAGE, appointment.message)["text"]
    return Decision(
        reason=appointment.decline_reason, next_step=appointment.next_step, message=text
    )


def history_of(session: Session, appointment: Appointment) -> list[HistoryItem]:
    """Return what happened, oldest first."""
    return [
        HistoryItem(kind=event.kind, at=event.at, actor=event.actor, data=event.data)
        for event in history(session, appointment.id)
    ]


def windows_of(appointment: Appointment) -> list[Window]:
    """Return the windows the person gave."""
    return [Window(date=day, part=part) for day, part in appointment.preferred_windows]


def person_of(appointment: Appointment, vault: Vault) -> Person | None:
    """Return who asks and what they wrote, or None once that was erased."""
    if appointment.wrapped_key is None:
        return None
    key = vault.open_key(appointment.id, appointment.wrapped_key)
    return Person.model_validate(key.unseal(PERSON, appointment.person))


def assessment_of(
    session: Session, appointment: Appointment, vault: Vault
) -> AssessmentSeen | None:
    """Return what the person answered and what follows from it, or None once that was erased."""
    seen = symptoms.recall(session, appointment.assessment_id, vault=vault)
    return None if seen is None else AssessmentSeen.model_validate(seen)


def _offered(times: Iterable[HeldTime], zone: ZoneInfo) -> list[OfferedTime]:
    return [
        OfferedTime(
            id=time.id,
            starts_at=time.starts_at.astimezone(zone),
            ends_at=time.ends_at.astimezone(zone),
            chiropractor_id=time.chiropractor_id,
        )
        for time in times
        if not time.booked
    ]
