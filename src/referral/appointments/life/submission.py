"""Sending a request: checked, recorded once, and recognised when it is sent again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Row, insert
from sqlmodel import Session

from referral.appointments import windows, wording
from referral.appointments.contacts import indexes
from referral.appointments.life import announcements
from referral.appointments.life.known import known_about
from referral.appointments.models import Appointment
from referral.appointments.promise import Promise, promise
from referral.appointments.reference import reference_from
from referral.appointments.schemas import NewRequest
from referral.appointments.states import LIVE, State
from referral.clinics import hours as opening
from referral.clinics.holidays import ClosedDays
from referral.clinics.models import Clinic
from referral.clinics.standing import takes_requests
from referral.db import table_of
from referral.errors import ConflictError, InvalidError
from referral.languages import Language
from referral.record.service import Entry, append
from referral.symptoms.triage import Level, may_request
from referral.text import N_
from referral.vault import Vault, token_hash

ASSESSMENT_LASTS = timedelta(hours=24)
# For as long, a request may go on to another clinic with the same answers.
ANSWERS_LAST = timedelta(days=30)
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

STORE = insert(table_of(Appointment))


@dataclass(frozen=True, slots=True)
class Desk:
    """What every submission needs: the vault, the days a clinic has to answer, and the moment.

    `language` is the one in which the person writes, and in which they get letters.
    """

    vault: Vault
    answer_days: int
    now: datetime
    language: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person gets for a request; a repeat gets the same, with the `state` it has now."""

    id: UUID
    reference: str
    token: str
    spoken_code: str
    answer_by: datetime
    created_at: datetime
    clinic_id: UUID
    state: State


def submit(
    session: Session,
    asked: NewRequest,
    *,
    desk: Desk,
    idempotency_key: str | None = None,
    admit: Callable[[], None] | None = None,
) -> Sent:
    """Record a request, or recognise the one recorded before.

    The same request again is the one before while that lives; under the same key, also afterwards.
    `admit` is asked about what would be stored, and nothing else: it raises for one too many.
    Raises InvalidError (a key used for something else, an unknown assessment or clinic, a window
    in the past) and ConflictError (this clinic was asked already, the assessment is old or forbids
    a request, the clinic takes none online).
    """
    said = asked.model_dump_json().encode()
    key_hash = token_hash(idempotency_key) if idempotency_key else None
    known = known_about(session, asked, key_hash)
    if known.id is not None:
        _check_same(known, key_hash, is_same=desk.vault.is_fingerprint(said, known.fingerprint))
        return _again(known, desk.vault)
    _check_assessment(known, asked, desk.now)
    check_open(known)
    windows.check(asked.preferred_windows, known.timezone, now=desk.now)
    if admit is not None:
        admit()
    promised = promise(
        opening.from_json(known.hours),
        known.timezone,
        closed=ClosedDays.of(known.keeps_holidays, known.closed_on),
        days=desk.answer_days,
        now=desk.now,
    )
    derived = {
        "level": known.level,
        "answers_until": known.assessed_at + ANSWERS_LAST,
        "fingerprint": desk.vault.fingerprint(said),
        "idempotency_hash": key_hash,
    }
    return _store(session, asked, derived=derived, promised=promised, desk=desk)


def check_open(found: Row[Any] | Clinic | None) -> None:
    """Raise InvalidError at `clinic_id` for no clinic, ConflictError for one that takes none."""
    if found is None or found.standing is None:
        raise InvalidError.at(
            "clinic_id", code="clinic-unknown", detail=N_("There is no such clinic.")
        )
    if not takes_requests(found.standing, found.accepting, paused=found.paused):
        raise ConflictError(
            N_("This clinic does not take requests online. Please call it."),
            code="clinic-not-online",
        )


def _check_same(before: Row[Any], key_hash: bytes | None, *, is_same: bool) -> None:
    keyed = key_hash is not None and before.idempotency_hash == key_hash
    if is_same and (keyed or before.state in LIVE):
        return
    if keyed:
        raise InvalidError.at(
            "header",
            "Idempotency-Key",
            code="idempotency-key-reused",
            detail=N_("This key was used for a different request. Use a new one."),
        )
    raise ConflictError(
        wording.ASKED_BEFORE[before.state],
        code="already-requested",
        facts={"state": before.state},
    )


def _again(before: Row[Any], vault: Vault) -> Sent:
    return Sent(
        before.id,
        before.reference,
        vault.link_token(before.id, before.token_hash),
        vault.spoken_code(before.id, before.token_hash),
        before.answer_by.astimezone(ZoneInfo(before.timezone)),
        before.created_at,
        before.clinic_id,
        before.state,
    )


def _check_assessment(known: Row[Any], asked: NewRequest, now: datetime) -> None:
    if known.level is None:
        raise InvalidError.at(
            "assessment_id",
            code="assessment-unknown",
            detail=N_("There is no such assessment. Answer the symptom questions again."),
        )
    if now - known.assessed_at > ASSESSMENT_LASTS:
        raise ConflictError(
            N_("Your answers are more than a day old. Please answer the questions again."),
            code="assessment-expired",
        )
    if not may_request(Level(known.level), doctor_cleared=asked.doctor_cleared):
        raise ConflictError(
            N_("Your answers point to medical care first, so no request can be sent."),
            code="level-forbids-request",
            facts={"level": known.level},
        )


def _store(
    session: Session,
    asked: NewRequest,
    *,
    derived: Mapping[str, object],
    promised: Promise,
    desk: Desk,
) -> Sent:
    appointment_id = uuid4()
    reference = reference_from(appointment_id.int)
    key = desk.vault.new_key(appointment_id)
    token = desk.vault.link_token(appointment_id)
    person = asked.model_dump(mode="json", include=PERSONAL)
    values: dict[str, Any] = {
        **derived,
        "id": appointment_id,
        "assessment_id": asked.assessment_id,
        "clinic_id": asked.clinic_id,
        "reference": reference,
        "token_hash": token_hash(token),
        "state": State.REQUESTED,
        "version": 1,
        "language": desk.language,
        "doctor_cleared": asked.doctor_cleared,
        "consent_version": asked.consent_version,
        **promised._asdict(),
        "preferred_windows": windows.pairs(asked.preferred_windows),
        "since": desk.now,
        "due_at": promised.remind_at,
        "by_phone": asked.email is None,
        "also_ask": [str(clinic_id) for clinic_id in asked.also_ask],
        "created_at": desk.now,
        "updated_at": desk.now,
        "wrapped_key": key.wrapped,
        "person": key.seal(PERSON, person),
        **indexes(person, asked.clinic_id, desk.vault),
    }
    session.connection().execute(STORE, values)
    announcements.of_new(
        session,
        appointment_id,
        asked.clinic_id,
        tell_patient=asked.email is not None,
        now=desk.now,
    )
    append(
        session,
        Entry(asked.clinic_id, appointment_id, "appointment.requested", "patient"),
        vault=desk.vault,
        now=desk.now,
    )
    return Sent(
        appointment_id,
        reference,
        token,
        desk.vault.spoken_code(appointment_id),
        promised.answer_by,
        desk.now,
        asked.clinic_id,
        State.REQUESTED,
    )
