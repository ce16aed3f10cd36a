"""The tables of the log: the events, and each clinic's counter."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from referral.db import UtcDateTime


class EventCounter(SQLModel, table=True):
    """The number of a clinic's last event; updating it makes the clinic's writers queue up."""

    __tablename__ = "event_counters"

    clinic_id: UUID = Field(primary_key=True)
    last: int = 0


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
