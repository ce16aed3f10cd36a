"""The table of appointment requests: one row for each clinic that a person asked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from referral.appointments.reasons import DeclineReason, NextStep
from referral.appointments.states import State
from referral.db import Sealed, UtcDateTime, coded


class Appointment(SQLModel, table=True):
    """A request to one clinic, from sending to its end.

    `person` holds the name, contact details and note, `message` what the clinic wrote back; both
    are sealed under `wrapped_key`. `preferred_windows` are `[ISO date, part of day]` pairs in
    the clinic's time zone. `fingerprint` is a keyed hash of what was sent, to recognise a repeat.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        UniqueConstraint("assessment_id", "clinic_id"),
        Index(None, "clinic_id", "created_at", "id"),
        Index(None, "clinic_id", "state", "created_at", "id"),
        Index(None, "clinic_id", "updated_at"),
        Index(None, "chiropractor_id", "starts_at"),
    )

    id: UUID = Field(primary_key=True)
    assessment_id: UUID = Field(foreign_key="assessments.id")
    clinic_id: UUID = Field(foreign_key="clinics.id")
    reference: str = Field(max_length=9, unique=True)
    token_hash: bytes = Field(unique=True)
    idempotency_hash: bytes | None = Field(default=None, unique=True)
    fingerprint: bytes
    state: State = Field(sa_type=coded(State, "state"))
    version: int = 1
    level: str = Field(max_length=20)
    doctor_cleared: bool
    consent_version: str = Field(max_length=20)
    preferred_windows: list[tuple[str, str]] = Field(sa_type=JSON)
    answer_by: datetime = Field(sa_type=UtcDateTime)
    starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    chiropractor_id: UUID | None = Field(default=None, foreign_key="chiropractors.id")
    decline_reason: DeclineReason | None = Field(
        default=None, sa_type=coded(DeclineReason, "decline_reason")
    )
    next_step: NextStep | None = Field(default=None, sa_type=coded(NextStep, "next_step"))
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    wrapped_key: bytes | None = Field(default=None)
    person: bytes = Field(sa_type=Sealed)
    message: bytes | None = Field(default=None, sa_type=Sealed)
