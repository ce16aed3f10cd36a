"""The tables of appointment requests, their notes, and the times they hold in a calendar."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from referral.appointments.reasons import DeclineReason, NextStep
from referral.appointments.states import State
from referral.db import Sealed, UtcDateTime, coded
from referral.languages import Language

# What may wait for the clinic: few of its requests, so an index of them is short.
ON_DESK = (
    "state IN ('requested', 'received', 'no_show') OR wants_move OR call_due_since IS NOT NULL"
)
# What the clinic owes a word about by `answer_by`, as `clock.is_owed` says it of one request.
OWED = "state IN ('requested', 'received') OR wants_move AND offer_expires_at IS NULL"
# What is over, and not erased yet: read by the time since when it is.
ENDED = (
    "wrapped_key IS NOT NULL AND state IN "
    "('completed', 'declined', 'cancelled', 'expired', 'entered_in_error')"
)


def _where(condition: str, *columns: str, name: str | None = None) -> Index:
    """Return an index of the rows where `condition` holds: the others cost nothing to store."""
    holds = text(condition)
    return Index(name, *columns, sqlite_where=holds, postgresql_where=holds)


def _where_given(given: str, *columns: str) -> Index:
    return _where(f"{given} IS NOT NULL", *columns)


class Appointment(SQLModel, table=True):
    """A request to one clinic, from sending to its end.

    `person` holds the name, contact details and note, `message` what the clinic wrote back; both
    are sealed under `wrapped_key`. `email_index` and `phone_index` are keyed hashes to find it by a
    contact detail (see `contacts`). `preferred_windows` are `[ISO date, part of day]` pairs in
    the clinic's time zone. `fingerprint` is a keyed hash of what was sent, to recognise a repeat.

    `answer_by` is when an answer is promised, `expires_at` when a request without one ends, and at
    `remind_at` half of the open time until the promise is over; None in what was promised before
    that was kept. Until `answers_until` the answers to the symptom questions may be sent on.

    `due_at` is when time itself has something to do next, and `stage` what (see `deadlines`);
    `since` is when that plan began. `sequence` counts what calendars were told (RFC 5545),
    None before the first booking. `by_phone`: no e-mail address was given; `call_due_since`: since
    when the clinic has news to tell by phone; `unreachable`: mail fails, and there is no number
    (see `reaching`). `answer_seconds` is how long the first answer took
    (see `states.ANSWERS`), and `missed` whether the person once did not come; statistics read
    them, and an answer that was taken back was none. `undo` holds what the last move changed, for
    `undo_by` to take back until `undo_until`. `assignee` is the staff key that looks after it.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        UniqueConstraint("assessment_id", "clinic_id"),
        Index(None, "clinic_id", "created_at", "id"),
        Index(None, "clinic_id", "state", "created_at", "id"),
        Index(None, "clinic_id", "updated_at", "id"),
        Index(None, "clinic_id", "answer_by", "id"),
        _where(
            ON_DESK,
            *("clinic_id", "created_at", "id", "answer_by"),
            name="ix_appointments_on_desk",
        ),
        _where(OWED, "clinic_id", "answer_by", "id", name="ix_appointments_owed"),
        _where(ENDED, "since", "id", name="ix_appointments_ended"),
        _where_given("assignee", "clinic_id", "assignee", "created_at", "id"),
        _where_given("email_index", "email_index"),
        _where_given("phone_index", "phone_index"),
        Index(None, "chiropractor_id", "starts_at"),
        Index(None, "due_at"),
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
    language: Language = Field(
        default=Language.ENGLISH,
        sa_type=coded(Language, "language"),
        sa_column_kwargs={"server_default": Language.ENGLISH},
    )
    level: str = Field(max_length=20)
    doctor_cleared: bool
    consent_version: str = Field(max_length=20)
    preferred_windows: list[tuple[str, str]] = Field(sa_type=JSON)
    answer_by: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answers_until: datetime = Field(sa_type=UtcDateTime)
    starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    chiropractor_id: UUID | None = Field(default=None, foreign_key="chiropractors.id")
    decline_reason: DeclineReason | None = Field(
        default=None, sa_type=coded(DeclineReason, "decline_reason")
    )
    next_step: NextStep | None = Field(default=None, sa_type=coded(NextStep, "next_step"))
    offer_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    since: datetime = Field(sa_type=UtcDateTime)
    stage: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sequence: int | None = None
    wants_move: bool = False
    quiet: bool = False
    by_phone: bool = False
    call_due_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    unreachable: bool = False
    answer_seconds: int | None = None
    missed: bool = False
    also_ask: list[str] = Field(default_factory=list, sa_type=JSON)
    hop: int = 0
    sent_on_to: UUID | None = Field(default=None, foreign_key="appointments.id")
    assignee: UUID | None = Field(default=None, foreign_key="staff_keys.id")
    undo: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    undo_by: UUID | None = None
    undo_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    wrapped_key: bytes | None = Field(default=None)
    person: bytes = Field(sa_type=Sealed)
    email_index: bytes | None = None
    phone_index: bytes | None = None
    message: bytes | None = Field(default=None, sa_type=Sealed)


class Note(SQLModel, table=True):
    """What staff note about a request for each other; sealed under the request's key."""

    __tablename__ = "notes"
    __table_args__ = (Index(None, "appointment_id", "at", "id"),)

    id: UUID = Field(primary_key=True)
    appointment_id: UUID = Field(foreign_key="appointments.id")
    key_id: UUID = Field(foreign_key="staff_keys.id")
    at: datetime = Field(sa_type=UtcDateTime)
    text: bytes = Field(sa_type=Sealed)


class HeldTime(SQLModel, table=True):
    """A time that a request holds in a calendar: offered to the person, or booked.

    `calendar_id` is the chiropractor's id, or the clinic's while it names nobody.
    """

    __tablename__ = "held_times"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    appointment_id: UUID = Field(foreign_key="appointments.id", index=True)
    calendar_id: UUID
    # Who takes a chiropractor off the list makes the database look for what refers to them.
    chiropractor_id: UUID | None = Field(default=None, foreign_key="chiropractors.id", index=True)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    booked: bool = False


class HeldCell(SQLModel, table=True):
    """Five minutes of a calendar. The key lets one held time have them, so that none overlap."""

    __tablename__ = "held_cells"

    calendar_id: UUID = Field(primary_key=True)
    starts_at: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    held_time_id: UUID = Field(foreign_key="held_times.id", ondelete="CASCADE", index=True)
