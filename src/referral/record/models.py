"""The tables of the record: changes and reads, the end of each chain, and checkpoints of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from referral.db import UtcDateTime, coded

# What stands before the first link of every chain.
GENESIS = bytes(32)


class Log(StrEnum):
    """The two chains of a clinic."""

    EVENTS = "events"
    ACCESSES = "accesses"


class Look(StrEnum):
    """How a staff key was shown personal data."""

    OPENED = "opened"
    NOTES = "notes"
    FOUND = "found"
    EXPORTED = "exported"


class EventCounter(SQLModel, table=True):
    """The number and hash of a clinic's last event; updating it makes its writers queue up."""

    __tablename__ = "event_counters"

    clinic_id: UUID = Field(primary_key=True)
    last: int = 0
    head: bytes = GENESIS


class Event(SQLModel, table=True):
    """One change: who did what to which appointment, when; `data` holds codes and ids only."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("clinic_id", "number"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    clinic_id: UUID
    number: int
    appointment_id: UUID = Field(index=True)
    kind: str = Field(max_length=40)
    actor: str = Field(max_length=60)
    at: datetime = Field(sa_type=UtcDateTime)
    data: dict[str, Any] = Field(sa_type=JSON)
    hash: bytes


class AccessCounter(SQLModel, table=True):
    """The number and hash of a clinic's last access; a clinic without any has no row."""

    __tablename__ = "access_counters"

    clinic_id: UUID = Field(primary_key=True)
    last: int
    head: bytes


class Access(SQLModel, table=True):
    """One answer that showed a staff key personal data, of one request or of many."""

    __tablename__ = "accesses"
    __table_args__ = (
        CheckConstraint("(appointment_id IS NOT NULL) = (requests = 1)", name="one_stands_here"),
        Index("ix_accesses_appointment_id", "appointment_id", "at"),
    )

    clinic_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    kind: Look = Field(sa_type=coded(Look, "kind"))
    actor: str = Field(max_length=60)
    at: datetime = Field(sa_type=UtcDateTime)
    requests: int
    appointment_id: UUID | None
    hash: bytes


class AccessOfMany(SQLModel, table=True):
    """One of the requests of an access that showed several."""

    __tablename__ = "accesses_of_many"
    __table_args__ = (Index("ix_accesses_of_many_appointment_id", "appointment_id"),)

    clinic_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    appointment_id: UUID = Field(primary_key=True)


class Checkpoint(SQLModel, table=True):
    """How far a chain had come at some moment, under a key that is not in the database."""

    __tablename__ = "checkpoints"

    clinic_id: UUID = Field(primary_key=True)
    log: Log = Field(sa_type=coded(Log, "log"), primary_key=True)
    number: int = Field(primary_key=True)
    hash: bytes
    at: datetime = Field(sa_type=UtcDateTime)
    mac: bytes
