"""The clinic's side: its list of requests, one request whole, and the moves staff make."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, Uuid, literal, tuple_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from referral.appointments import states
from referral.appointments.following import (
    booking_of,
    decision_of,
    history_of,
    offered_times_of,
    windows_of,
)
from referral.appointments.models import Appointment
from referral.appointments.movers import Mover
from referral.appointments.moves import Versions, actions, move
from referral.appointments.representations import AssessmentSeen, Person, RequestDetail
from referral.appointments.states import WAITING, Action, Actor, State
from referral.appointments.steps import StaffMove
from referral.appointments.submission import PERSON
from referral.clinics.models import Clinic
from referral.db import UtcDateTime
from referral.errors import InvalidError, NotFoundError
from referral.staff.models import Scope
from referral.staff.service import Staff
from referral.symptoms import service as symptoms
from referral.text import N_
from referral.vault import Vault
from referral.web.moments import Moment

NAMES = (
    "id",
    "reference",
    "state",
    "version",
    "level",
    "answer_by",
    "preferred_windows",
    "starts_at",
    "ends_at",
    "chiropractor_id",
    "offer_expires_at",
    "wants_move",
    "by_phone",
    "call_due_since",
    "created_at",
    "updated_at",
)
COLUMNS = tuple(getattr(Appointment, name) for name in NAMES)
STAFF_ACTIONS = {state: states.available(state, Actor.STAFF) for state in State}
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
NO_ACTIONS: Mapping[State, tuple[Action, ...]] = dict.fromkeys(State, ())


@dataclass(frozen=True, slots=True)
class Filters:
    """Which requests of a clinic to list; None and an empty tuple mean all."""

    states: tuple[State, ...] = ()
    needs_answer: bool = False
    overdue: bool = False
    levels: tuple[str, ...] = ()
    chiropractor_id: UUID | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    updated_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Who reads or moves, when, with which vault, and the open days a clinic has to answer."""

    staff: Staff
    now: datetime
    vault: Vault
    answer_days: int

    @property
    def mover(self) -> Mover:
        """The staff member as the one who makes a move."""
        staff = self.staff
        actor = Actor.ADMIN if Scope.ADMIN in staff.scopes else Actor.STAFF
        return Mover(actor, staff.actor, self.now, self.vault, self.answer_days, staff.key_id)


def page(
    session: Session, filters: Filters, *, desk: Desk, limit: int, after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return up to `limit` rows, newest first, and the cursor of the next page if there is one.

    Rows are plain values in the shape of `RequestRow`: they come from our own table, and checking
    them again would cost more than reading them.
    """
    query = _chosen(filters, desk.staff.clinic_id, now=desk.now)
    if after is not None:
        query = query.where(_older_than(after))
    newest_first = query.order_by(col(Appointment.created_at).desc(), col(Appointment.id).desc())
    found = session.execute(newest_first.limit(limit + 1)).all()
    allowed = STAFF_ACTIONS if Scope.WRITE in desk.staff.scopes else NO_ACTIONS
    rows = [_row(values, allowed, desk.now) for values in found[:limit]]
    return rows, _cursor(rows[-1]) if len(found) > limit else None


def read(session: Session, appointment_id: UUID, *, desk: Desk) -> RequestDetail:
    """Return one request whole; NotFoundError if it is another clinic's."""
    return _detail(session, _own(session, appointment_id, desk.staff, lock=False), desk)


def act(
    session: Session, appointment_id: UUID, step: StaffMove, *, desk: Desk, expected: Versions
) -> RequestDetail:
    """Make a staff move and return the request as it is afterwards; see `move` for the errors."""
    appointment = _own(session, appointment_id, desk.staff, lock=True)
    move(session, appointment, step, mover=desk.mover, expected=expected)
    return _detail(session, appointment, desk)


def _chosen(filters: Filters, clinic_id: UUID, *, now: datetime) -> Select[*tuple[Any, ...]]:
    conditions: list[ColumnElement[bool]] = [col(Appointment.clinic_id) == clinic_id]
    wanted = set(filters.states or State)
    if filters.needs_answer or filters.overdue:
        wanted &= set(WAITING)
    if wanted != set(State):
        conditions.append(col(Appointment.state).in_(sorted(wanted)))
    if filters.overdue:
        conditions.append(col(Appointment.answer_by) < now)
    if filters.levels:
        conditions.append(col(Appointment.level).in_(filters.levels))
    if filters.chiropractor_id is not None:
        conditions.append(col(Appointment.chiropractor_id) == filters.chiropractor_id)
    if filters.created_from is not None:
        conditions.append(col(Appointment.created_at) >= filters.created_from)
    if filters.created_before is not None:
        conditions.append(col(Appointment.created_at) < filters.created_before)
    if filters.updated_since is not None:
        conditions.append(col(Appointment.updated_at) >= filters.updated_since)
    return sa_select(*COLUMNS).where(*conditions)


def _row(values: Any, allowed: Mapping[State, tuple[Action, ...]], now: datetime) -> dict[str, Any]:  # noqa: ANN401 - a row of COLUMNS
    row = dict(zip(NAMES, values, strict=True))
    state = row["state"]
    row["available_actions"] = allowed[state]
    row["phone_only"] = row.pop("by_phone")
    row["overdue"] = state in WAITING and row["answer_by"] < now
    row["preferred_windows"] = [
        {"date": day, "part": part} for day, part in row["preferred_windows"]
    ]
    return row


def _cursor(row: Mapping[str, Any]) -> str:
    place = f"{row['created_at'].isoformat()}|{row['id'].hex}"
    return base64.urlsafe_b64encode(place.encode()).decode()


def _older_than(cursor: str) -> ColumnElement[bool]:
    try:
        created, _, row_id = base64.urlsafe_b64decode(cursor).decode().partition("|")
        place = (MOMENT.validate_python(created), UUID(hex=row_id))
    except (ValueError, binascii.Error) as error:
        raise InvalidError.at(
            "query", "cursor", code="cursor-unknown", detail=N_("Use a cursor as we gave it.")
        ) from error
    return tuple_(col(Appointment.created_at), col(Appointment.id)) < tuple_(
        literal(place[0], UtcDateTime), literal(place[1], Uuid)
    )


def _own(session: Session, appointment_id: UUID, staff: Staff, *, lock: bool) -> Appointment:
    found = select(Appointment).where(
        col(Appointment.id) == appointment_id, col(Appointment.clinic_id) == staff.clinic_id
    )
    appointment = session.exec(found.with_for_update() if lock else found).first()
    if appointment is None:
        raise NotFoundError(N_("Your clinic has no request with this id."))
    return appointment


def _detail(session: Session, appointment: Appointment, desk: Desk) -> RequestDetail:
    timezone = session.exec(
        select(Clinic.timezone).where(col(Clinic.id) == appointment.clinic_id)
    ).one()
    may_write = Scope.WRITE in desk.staff.scopes
    row = {name: getattr(appointment, name) for name in NAMES if name != "preferred_windows"}
    row["phone_only"] = row.pop("by_phone")
    return RequestDetail(
        **row,
        available_actions=actions(appointment, desk.mover) if may_write else [],
        overdue=appointment.state in WAITING and appointment.answer_by < desk.now,
        preferred_windows=windows_of(appointment),
        clinic_id=appointment.clinic_id,
        doctor_cleared=appointment.doctor_cleared,
        consent_version=appointment.consent_version,
        booking=booking_of(appointment, timezone),
        offered_times=offered_times_of(session, appointment, timezone),
        decision=decision_of(appointment, desk.vault),
        person=_person(appointment, desk.vault),
        assessment=_assessment(session, appointment, desk.vault),
        history=history_of(session, appointment),
    )


def _person(appointment: Appointment, vault: Vault) -> Person | None:
    if appointment.wrapped_key is None:
        return None
    key = vault.open_key(appointment.id, appointment.wrapped_key)
    return Person.model_validate(key.unseal(PERSON, appointment.person))


def _assessment(session: Session, appointment: Appointment, vault: Vault) -> AssessmentSeen | None:
    seen = symptoms.recall(session, appointment.assessment_id, vault=vault)
    return None if seen is None else AssessmentSeen.model_validate(seen)
