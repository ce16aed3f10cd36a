"""Taking back one's own last move: what it changed is put back, and a correction goes out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json
from sqlmodel import Session, col, select

from referral.appointments.life import announcements, calendars
from referral.appointments.life.booking import visit_codes
from referral.appointments.life.movers import Codes, Mover
from referral.appointments.models import Appointment, HeldTime
from referral.appointments.reasons import DeclineReason, NextStep
from referral.appointments.states import Action, State
from referral.clinics.models import Chiropractor
from referral.errors import ConflictError
from referral.notices.models import Audience
from referral.text import N_

UNDO_WITHIN = timedelta(minutes=10)


class _Held(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    appointment_id: UUID
    calendar_id: UUID
    chiropractor_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    booked: bool


class Before(BaseModel):
    """What a move may change, as it was before it."""

    model_config = ConfigDict(
        from_attributes=True, ser_json_bytes="base64", val_json_bytes="base64"
    )

    state: State
    starts_at: datetime | None
    ends_at: datetime | None
    chiropractor_id: UUID | None
    offer_expires_at: datetime | None
    wants_move: bool
    decline_reason: DeclineReason | None
    next_step: NextStep | None
    message: bytes | None
    call_due_since: datetime | None
    unreachable: bool = False
    answer_seconds: int | None = None
    missed: bool = False
    answer_by: datetime
    expires_at: datetime
    remind_at: datetime | None = None
    since: datetime
    stage: int

    @classmethod
    def of(cls, appointment: Appointment) -> Self:
        """Return how `appointment` is now."""
        return cls.model_validate(appointment)


class Snapshot(BaseModel):
    """A request and the times it held before a move; `untold` is news that waited.

    `version` is the one that the move led to, under which it was told.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    action: Action
    version: int
    untold: dict[Audience, str]
    before: Before
    held: list[_Held]


def snapshot(session: Session, appointment: Appointment, action: Action) -> dict[str, object]:
    """Return what `undo` needs to put `appointment` back to how it is before `action`, as JSON."""
    held = [_Held.model_validate(time) for time in calendars.held_by(session, appointment.id)]
    untold = announcements.untold(session, appointment)
    kept = Snapshot(
        action=action,
        version=appointment.version + 1,
        untold=untold,
        before=Before.of(appointment),
        held=held,
    )
    return kept.model_dump(mode="json")


def undo(session: Session, appointment: Appointment, _step: object, _mover: Mover) -> Codes:
    """Put everything back but the state, which the caller sets to `state_before`.

    Raises ConflictError where a time that was freed has been taken since, or whoever had it is no
    longer of the clinic.
    """
    snapshot_ = Snapshot.model_validate_json(to_json(appointment.undo))
    off = visit_codes(appointment)
    _check_still_there(session, snapshot_.held)
    calendars.let_go(session, appointment.id)
    calendars.keep(session, [HeldTime(**time.model_dump()) for time in snapshot_.held])
    calendars.take_over(session, appointment.clinic_id)
    before = snapshot_.before
    # A missed visit that comes back is none to come to: calendars are told nothing of it.
    is_news = before.state is not State.NO_SHOW and _visit(appointment) != _visit(before)
    if appointment.sequence is not None and is_news:
        appointment.sequence += 1
    for name in Before.model_fields.keys() - {"state"}:
        setattr(appointment, name, getattr(before, name))
    undone = snapshot_.action
    return {"undone": undone, "version": snapshot_.version, "untold": snapshot_.untold, **off}


def state_before(appointment: Appointment) -> State:
    """Return the state that `undo` leads back to."""
    return State((appointment.undo or {})["before"]["state"])


def _check_still_there(session: Session, held: Iterable[_Held]) -> None:
    named = {time.chiropractor_id for time in held} - {None}
    still = select(Chiropractor.id).where(col(Chiropractor.id).in_(named))
    # Locked: nobody takes them off the clinic's list before the times are held again.
    if len(session.exec(still.with_for_update(read=True, key_share=True)).all()) < len(named):
        raise ConflictError(
            N_(
                "The chiropractor of this time is no longer on your clinic's list. Choose another "
                "time."
            ),
            code="chiropractor-gone",
        )


def _visit(of: Appointment | Before) -> tuple[datetime | None, datetime | None, UUID | None]:
    return of.starts_at, of.ends_at, of.chiropractor_id
