"""The clinic's side: its list of requests, one request whole, and the moves staff make."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from referral.appointments.details import (
    assessment_of,
    booking_of,
    decision_of,
    history_of,
    offered_times_of,
    person_of,
    windows_of,
)
from referral.appointments.life.clock import is_owed
from referral.appointments.life.movers import Mover
from referral.appointments.life.moves import Versions, actions, move, need_version
from referral.appointments.models import Appointment
from referral.appointments.representations import RequestDetail
from referral.appointments.states import Actor
from referral.appointments.steps import StaffMove
from referral.clinics.models import Clinic
from referral.errors import InvalidError, NotFoundError
from referral.record.accesses import Shown, record
from referral.record.models import Look
from referral.record.service import Entry, append
from referral.staff.scopes import Scope
from referral.staff.service import Staff, is_in_force
from referral.text import N_
from referral.vault import Vault

ASSIGNED = "appointment.assigned"
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
    "unreachable",
    "assignee",
    "created_at",
    "updated_at",
)


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


def read(session: Session, appointment_id: UUID, *, desk: Desk) -> RequestDetail:
    """Return one request whole; NotFoundError if it is another clinic's."""
    return _detail(session, own(session, appointment_id, desk.staff, lock=False), desk)


def act(
    session: Session, appointment_id: UUID, step: StaffMove, *, desk: Desk, expected: Versions
) -> RequestDetail:
    """Make a staff move and return the request as it is afterwards; see `move` for the errors."""
    appointment = own(session, appointment_id, desk.staff, lock=True)
    move(session, appointment, step, mover=desk.mover, expected=expected)
    return _detail(session, appointment, desk)


def assign(
    session: Session,
    appointment_id: UUID,
    key_id: UUID | None,
    *,
    desk: Desk,
    expected: Versions,
) -> RequestDetail:
    """Give the request to a key of the clinic, or to nobody; where it is already, nothing changes.

    Raises NotFoundError for another clinic's request, StaleError, and InvalidError at `key_id`.
    """
    appointment = own(session, appointment_id, desk.staff, lock=True)
    need_version(appointment, expected)
    if key_id != appointment.assignee:
        _check_in_force(session, key_id, desk)
        appointment.assignee = key_id
        appointment.version += 1
        appointment.updated_at = desk.now
        session.flush()
        codes = {"assignee": key_id and str(key_id)}
        entry = Entry(appointment.clinic_id, appointment.id, ASSIGNED, desk.staff.actor, codes)
        append(session, entry, vault=desk.vault, now=desk.now)
    else:
        # Nothing changed, and yet the request is shown.
        shown = Shown(appointment.clinic_id, Look.OPENED, desk.staff.actor, [appointment.id])
        record(session, shown, vault=desk.vault, now=desk.now)
    return _detail(session, appointment, desk)


def own(session: Session, appointment_id: UUID, staff: Staff, *, lock: bool) -> Appointment:
    """Return the row of a request to this clinic; NotFoundError if it is another clinic's."""
    found = select(Appointment).where(
        col(Appointment.id) == appointment_id, col(Appointment.clinic_id) == staff.clinic_id
    )
    appointment = session.exec(found.with_for_update() if lock else found).first()
    if appointment is None:
        raise NotFoundError(N_("Your clinic has no request with this id."))
    return appointment


def _check_in_force(session: Session, key_id: UUID | None, desk: Desk) -> None:
    if key_id is not None and not is_in_force(session, desk.staff.clinic_id, key_id, now=desk.now):
        raise InvalidError.at(
            "key_id", code="key-unknown", detail=N_("Your clinic has no such key in use.")
        )


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
        overdue=is_owed(appointment) and appointment.answer_by < desk.now,
        preferred_windows=windows_of(appointment),
        clinic_id=appointment.clinic_id,
        doctor_cleared=appointment.doctor_cleared,
        consent_version=appointment.consent_version,
        language=appointment.language.value,
        booking=booking_of(appointment, timezone),
        offered_times=offered_times_of(session, appointment, timezone),
        decision=decision_of(appointment, desk.vault),
        person=person_of(appointment, desk.vault),
        assessment=assessment_of(session, appointment, desk.vault),
        history=history_of(session, appointment),
    )
