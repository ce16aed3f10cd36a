"""A request in the hands of the person who sent it: found by its private link."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from referral.appointments import windows, wording
from referral.appointments.details import (
    booking_of,
    decision_of,
    history_of,
    offered_times_of,
    windows_of,
)
from referral.appointments.life.movers import Mover
from referral.appointments.life.moves import Versions, actions, move
from referral.appointments.life.submission import Desk
from referral.appointments.links import held
from referral.appointments.models import Appointment, HeldTime
from referral.appointments.representations import (
    Followed,
    FollowedClinic,
    HistoryItem,
    LookItem,
)
from referral.appointments.states import WAITING, Action, Actor, State
from referral.appointments.steps import Accept, NewWindows, PatientMove
from referral.clinics.models import Clinic
from referral.record.accesses import looks as looks_at
from referral.staff.models import StaffKey
from referral.vault import Vault

FEW_LOOKS = 20


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


def _told(history: Iterable[HistoryItem]) -> list[HistoryItem]:
    """Leave out what there are no words for: it is the clinic's own business."""
    return [_anonymous(item) for item in history if item.kind in wording.EVENTS]


def _anonymous(item: HistoryItem) -> HistoryItem:
    return item.model_copy(update={"actor": item.actor.partition(":")[0]})
