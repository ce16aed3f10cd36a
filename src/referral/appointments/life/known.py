"""What is known before a request is stored: one sent before, the assessment, the clinic."""

from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Row, Select, Uuid, and_, bindparam, literal, or_, select, true
from sqlmodel import Session

from referral.appointments.models import Appointment
from referral.appointments.schemas import NewRequest
from referral.clinics.models import Clinic
from referral.db import table_of
from referral.symptoms.models import AssessmentRow

SENT = (
    "id",
    "reference",
    "token_hash",
    "answer_by",
    "created_at",
    "clinic_id",
    "fingerprint",
    "idempotency_hash",
    "state",
)
OF_CLINIC = ("standing", "accepting", "paused", "timezone", "hours", "keeps_holidays", "closed_on")
ASSESSMENTS = table_of(AssessmentRow)
CLINICS = table_of(Clinic)
APPOINTMENTS = table_of(Appointment)


def known_about(session: Session, asked: NewRequest, key_hash: bytes | None) -> Row[Any]:
    """Return all that `submit` needs to know, in one query; columns are None where nothing is.

    The request sent before (`id`, `fingerprint`, …), the assessment (`level`, `assessed_at`) and
    the clinic (`standing`, `accepting`, `paused`, `timezone`, `hours`, …).
    """
    given = {
        "assessment_id": asked.assessment_id,
        "clinic_id": asked.clinic_id,
        "key_hash": key_hash,
    }
    return session.connection().execute(KNOWN, given).one()


def asked_before(session: Session, assessment_id: UUID, clinic_id: UUID) -> Row[Any] | None:
    """Return `state`, `decline_reason` and `next_step` of the request that was sent, if any was.

    One assessment asks a clinic once.
    """
    names = ("state", "decline_reason", "next_step")
    same = select(*(APPOINTMENTS.c[name] for name in names)).where(
        APPOINTMENTS.c.assessment_id == assessment_id, APPOINTMENTS.c.clinic_id == clinic_id
    )
    return session.connection().execute(same).one_or_none()


def _known_statement() -> Select[Any]:
    """Return the query for all that is known before a request is stored, always of one row.

    A request sent before (its columns are null if there is none), the assessment and the clinic.
    """
    asked = {name: bindparam(name, type_=Uuid()) for name in ("assessment_id", "clinic_id")}
    key_hash = bindparam("key_hash", type_=LargeBinary())
    same = [APPOINTMENTS.c[name] == value for name, value in asked.items()]
    keyed = APPOINTMENTS.c.idempotency_hash == key_hash
    one = select(literal(1).label("row")).subquery()
    # What was erased is not known any more; what is known is not erased before the commit.
    answered = (
        select(ASSESSMENTS.c.level, ASSESSMENTS.c.created_at.label("assessed_at"))
        .where(ASSESSMENTS.c.id == asked["assessment_id"], ASSESSMENTS.c.wrapped_key.is_not(None))
        .with_for_update(read=True, key_share=True)
        .subquery()
    )
    return (
        select(
            *(APPOINTMENTS.c[name] for name in SENT),
            *answered.c,
            *(CLINICS.c[name] for name in OF_CLINIC),
        )
        .select_from(one)
        .outerjoin(answered, true())
        .outerjoin(APPOINTMENTS, or_(and_(*same), keyed))
        .outerjoin(CLINICS, CLINICS.c.id == asked["clinic_id"])
        # The row that holds the key comes first: it says whether the key was used otherwise.
        .order_by(APPOINTMENTS.c.idempotency_hash.is_distinct_from(key_hash))
        .limit(1)
    )


# Built once: putting a statement together costs more than running it.
KNOWN = _known_statement()
