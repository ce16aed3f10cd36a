"""Sending a request: checked, recorded once, and recognised when it is sent again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, insert, select

from referral.appointments import announcements
from referral.appointments.deadlines import half_way
from referral.appointments.models import Appointment
from referral.appointments.promise import PARTS, answer_by
from referral.appointments.reference import reference_from
from referral.appointments.schemas import NewRequest
from referral.appointments.states import Actor, State
from referral.clinics import hours as opening
from referral.clinics.hours import WeeklyHours
from referral.clinics.models import Accepting, Clinic, Standing
from referral.errors import ConflictError, InvalidError, Problem
from referral.record.service import Entry, append
from referral.symptoms.models import AssessmentRow
from referral.symptoms.triage import Level, may_request
from referral.text import N_
from referral.vault import Vault, token_hash

ASSESSMENT_LASTS = timedelta(hours=24)
FARTHEST = timedelta(days=90)
PERSON = "appointments.person"
PERSONAL = {
    "requesting_for",
    "name",
    "patient_name",
    "email",
    "phone",
    "preferred_contact",
    "note",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every submission needs: the vault, the days a clinic has to answer, and the moment."""

    vault: Vault
    answer_days: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person gets for a request; a repeat of the same request gets the same."""

    id: UUID
    reference: str
    token: str
    answer_by: datetime
    created_at: datetime
    clinic_id: UUID


def submit(
    session: Session, asked: NewRequest, *, desk: Desk, idempotency_key: str | None = None
) -> Sent:
    """Record a request, or recognise the one recorded before.

    Raises InvalidError (a key used for something else, an unknown assessment or clinic, a window
    in the past) and ConflictError (this clinic was asked already, the assessment is old or forbids
    a request, the clinic takes none online).
    """
    fingerprint = desk.vault.fingerprint(asked.model_dump_json().encode())
    key_hash = token_hash(idempotency_key) if idempotency_key else None
    before = _sent_before(session, asked, key_hash)
    if before is not None:
        _check_same(before, key_hash, fingerprint)
        return _again(session, before, desk.vault)
    level = _allowed_level(session, asked, desk.now)
    clinic = _open_clinic(session, asked.clinic_id)
    _check_windows(asked, clinic.timezone, desk.now)
    promised = answer_by(clinic.hours, clinic.timezone, days=desk.answer_days, now=desk.now)
    derived = {"level": level, "fingerprint": fingerprint, "idempotency_hash": key_hash}
    return _store(session, asked, derived=derived, promised=promised, desk=desk)


def _sent_before(session: Session, asked: NewRequest, key_hash: bytes | None) -> Appointment | None:
    same = (col(Appointment.assessment_id) == asked.assessment_id) & (
        col(Appointment.clinic_id) == asked.clinic_id
    )
    if key_hash is not None:
        same |= col(Appointment.idempotency_hash) == key_hash
    # The row that holds the key comes first: it says whether the key was used for something else.
    keyed_first = col(Appointment.idempotency_hash).is_distinct_from(key_hash)
    return session.exec(select(Appointment).where(same).order_by(keyed_first).limit(1)).first()


def _check_same(before: Appointment, key_hash: bytes | None, fingerprint: bytes) -> None:
    if before.fingerprint == fingerprint:
        return
    if key_hash is not None and before.idempotency_hash == key_hash:
        raise InvalidError.at(
            "header",
            "Idempotency-Key",
            code="idempotency-key-reused",
            detail=N_("This key was used for a different request. Use a new one."),
        )
    raise ConflictError(
        N_("You have already sent a request to this clinic. Follow or cancel that one."),
        code="already-requested",
    )


def _again(session: Session, before: Appointment, vault: Vault) -> Sent:
    zone = session.exec(select(Clinic.timezone).where(col(Clinic.id) == before.clinic_id)).one()
    return Sent(
        before.id,
        before.reference,
        vault.link_token(before.id),
        before.answer_by.astimezone(ZoneInfo(zone)),
        before.created_at,
        before.clinic_id,
    )


def _allowed_level(session: Session, asked: NewRequest, now: datetime) -> str:
    columns = select(AssessmentRow.level, AssessmentRow.created_at)
    found = session.exec(columns.where(col(AssessmentRow.id) == asked.assessment_id)).first()
    if found is None:
        raise InvalidError.at(
            "assessment_id",
            code="assessment-unknown",
            detail=N_("There is no such assessment. Answer the symptom questions again."),
        )
    level, created_at = found
    if now - created_at > ASSESSMENT_LASTS:
        raise ConflictError(
            N_("Your answers are more than a day old. Please answer the questions again."),
            code="assessment-expired",
        )
    if not may_request(Level(level), doctor_cleared=asked.doctor_cleared):
        raise ConflictError(
            N_("Your answers point to medical care first, so no request can be sent."),
            code="level-forbids-request",
            facts={"level": level},
        )
    return level


@dataclass(frozen=True, slots=True)
class _OpenClinic:
    timezone: str
    hours: WeeklyHours


def _open_clinic(session: Session, clinic_id: UUID) -> _OpenClinic:
    columns = select(Clinic.timezone, Clinic.hours, Clinic.standing, Clinic.accepting)
    found = session.exec(columns.where(col(Clinic.id) == clinic_id)).first()
    if found is None:
        raise InvalidError.at(
            "clinic_id", code="clinic-unknown", detail=N_("There is no such clinic.")
        )
    timezone, hours, standing, accepting = found
    if standing != Standing.JOINED or accepting == Accepting.NO:
        raise ConflictError(
            N_("This clinic does not take requests online. Please call it."),
            code="clinic-not-online",
        )
    return _OpenClinic(timezone, opening.from_json(hours))


def _check_windows(asked: NewRequest, timezone: str, now: datetime) -> None:
    zone = ZoneInfo(timezone)
    problems = []
    for place, window in enumerate(asked.preferred_windows):
        ends = datetime.combine(window.date, PARTS[window.part][1], zone)
        if not now < ends < now + FARTHEST:
            detail = N_("Choose times that are still to come, at most 90 days from now.")
            problems.append(Problem(("preferred_windows", place), "window-out-of-range", detail))
    if problems:
        raise InvalidError(problems)


def _store(
    session: Session,
    asked: NewRequest,
    *,
    derived: Mapping[str, object],
    promised: datetime,
    desk: Desk,
) -> Sent:
    appointment_id = uuid4()
    reference = reference_from(appointment_id.int)
    key = desk.vault.new_key(appointment_id)
    token = desk.vault.link_token(appointment_id)
    values: dict[str, Any] = {
        **derived,
        "id": appointment_id,
        "assessment_id": asked.assessment_id,
        "clinic_id": asked.clinic_id,
        "reference": reference,
        "token_hash": token_hash(token),
        "state": State.REQUESTED,
        "version": 1,
        "doctor_cleared": asked.doctor_cleared,
        "consent_version": asked.consent_version,
        "answer_by": promised,
        "preferred_windows": [(w.date.isoformat(), w.part) for w in asked.preferred_windows],
        "since": desk.now,
        "due_at": half_way(desk.now, promised),
        "by_phone": asked.email is None,
        "also_ask": [str(clinic_id) for clinic_id in asked.also_ask],
        "created_at": desk.now,
        "updated_at": desk.now,
        "wrapped_key": key.wrapped,
        "person": key.seal(PERSON, asked.model_dump(mode="json", include=PERSONAL)),
    }
    session.execute(insert(Appointment).values(values))
    announcements.of_new(session, Appointment(**values), Actor.PATIENT, now=desk.now)
    append(
        session,
        Entry(asked.clinic_id, appointment_id, "appointment.requested", "patient"),
        now=desk.now,
    )
    return Sent(appointment_id, reference, token, promised, desk.now, asked.clinic_id)
