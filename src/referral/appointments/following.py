"""A request in the hands of the person who sent it: found by its private link."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from referral.appointments import calendars, windows, wording
from referral.appointments.models import Appointment, HeldTime
from referral.appointments.movers import MESSAGE, Mover
from referral.appointments.moves import Versions, actions, move
from referral.appointments.representations import (
    Booking,
    Decision,
    Followed,
    FollowedClinic,
    HistoryItem,
    LookItem,
    OfferedTime,
    Window,
)
from referral.appointments.states import WAITING, Action, Actor, State
from referral.appointments.steps import Accept, NewWindows, PatientMove
from referral.appointments.submission import Desk
from referral.clinics.models import Clinic
from referral.errors import ErasedError, NotFoundError
from referral.record.accesses import looks as looks_at
from referral.record.service import history
from referral.staff.models import StaffKey
from referral.text import N_
from referral.vault import Vault, token_hash

FEW_LOOKS = 20
GONE = N_(
    "What you told us is gone for good, and the clinic cannot read it here any more. You can ask "
    "again at any time."
)


def follow(session: Session, token: str, *, desk: Desk, looks: int = FEW_LOOKS) -> Followed:
    """Return the request behind a private link, or raise NotFoundError."""
    return seen(session, held(session, token, lock=False), patient(desk), looks)


def act(
    session: Session, token: str, step: PatientMove, *, desk: Desk, expected: Versions = None
) -> Followed:
    """Make a move on the request behind a private link; see `moves.move` for the errors.

    Accepting the time that is booked already, or wishing for the same other times once more,
    changes nothing and is no error.
    """
    mover = patient(desk)
    appointment = held(session, token, lock=True)
    if not (_accepted_before(session, appointment, step) or _wished_before(appointment, step)):
        move(session, appointment, step, mover=mover, expected=expected)
    return seen(session, appointment, mover)


def held(session: Session, token: str, *, lock: bool) -> Appointment:
    """Return the row behind a private link, or raise NotFoundError, or ErasedError for its data."""
    found = select(Appointment).where(col(Appointment.token_hash) == token_hash(token))
    appointment = session.exec(found.with_for_update() if lock else found).first()
    if appointment is None:
        raise NotFoundError(N_("This link does not lead to a request. Check that it is complete."))
    if appointment.wrapped_key is None:
        raise ErasedError(GONE)
    return appointment


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


def patient(desk: Desk) -> Mover:
    """Return who moves a request by its private link."""
    return Mover(Actor.PATIENT, "patient", desk.now, desk.vault, desk.answer_days)


def _accepted_before(session: Session, appointment: Appointment, step: PatientMove) -> bool:
    if not isinstance(step, Accept):
        return False
    time = session.get(HeldTime, step.time_id)
    return time is not None and time.booked and time.appointment_id == appointment.id


def _wished_before(appointment: Appointment, step: PatientMove) -> bool:
    if not isinstance(step, NewWindows) or step.action is not Action.ASK_MOVE:
        return False
    kept = [tuple(window) for window in appointment.preferred_windows]
    return appointment.wants_move and kept == windows.pairs(step.preferred_windows)


def seen(
    session: Session, appointment: Appointment, mover: Mover, looks: int = FEW_LOOKS
) -> Followed:
    """Return a request as the person who sent it sees it, with so many looks."""
    seen_by = _looks_of(session, appointment, looks + 1)
    clinic = session.get_one(Clinic, appointment.clinic_id)
    vault = mover.vault
    return Followed(
        reference=appointment.reference,
        state=appointment.state,
        version=appointment.version,
        available_actions=actions(appointment, mover),
        clinic=FollowedClinic(
            id=clinic.id, name=clinic.name, phone=clinic.phone, timezone=clinic.timezone
        ),
        answer_by=appointment.answer_by.astimezone(ZoneInfo(clinic.timezone)),
        expires_at=_ends_unanswered(appointment),
        preferred_windows=windows_of(appointment),
        booking=booking_of(appointment, clinic.timezone),
        offered_times=offered_times_of(session, appointment, clinic.timezone),
        offer_expires_at=appointment.offer_expires_at,
        wants_move=appointment.wants_move,
        ask_again_until=appointment.due_at if appointment.state is State.NO_SHOW else None,
        phone_only=appointment.by_phone,
        spoken_code=vault.spoken_code(appointment.id, appointment.token_hash),
        sent_on_token=_sent_on_token(session, appointment, vault),
        decision=decision_of(appointment, vault),
        created_at=appointment.created_at,
        history=_told(history_of(session, appointment)),
        looks=seen_by[:looks],
        more_looks=len(seen_by) > looks,
    )


def _looks_of(session: Session, appointment: Appointment, limit: int) -> list[LookItem]:
    found = looks_at(session, appointment.id, limit=limit)
    key_ids = {UUID(look.actor.removeprefix("staff:")) for look in found}
    named = select(StaffKey.id, StaffKey.label).where(col(StaffKey.id).in_(key_ids))
    labels = {f"staff:{key_id}": label for key_id, label in session.exec(named)} if found else {}
    return [
        LookItem(at=look.at, by=labels.get(look.actor, ""), kind=look.kind, requests=look.requests)
        for look in found
    ]


def _ends_unanswered(appointment: Appointment) -> datetime | None:
    if appointment.state not in WAITING:
        return None
    # After a pause of the worker it comes later than was promised.
    return max(appointment.expires_at, appointment.due_at or appointment.expires_at)


def _sent_on_token(session: Session, appointment: Appointment, vault: Vault) -> str | None:
    if appointment.sent_on_to is None:
        return None
    stored = select(Appointment.token_hash).where(col(Appointment.id) == appointment.sent_on_to)
    return vault.link_token(appointment.sent_on_to, session.exec(stored).one())


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


def _told(history: Iterable[HistoryItem]) -> list[HistoryItem]:
    """Leave out what there are no words for: it is the clinic's own business."""
    return [_anonymous(item) for item in history if item.kind in wording.EVENTS]


def _anonymous(item: HistoryItem) -> HistoryItem:
    return item.model_copy(update={"actor": item.actor.partition(":")[0]})
