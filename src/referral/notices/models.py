"""The table of notices: what is to be told to whom, and how far that has come."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from referral.db import UtcDateTime, coded

# Under this key of its data, a notice that went out keeps what its letter told.
TOLD = "told"


class Audience(StrEnum):
    """Who is told."""

    PATIENT = "patient"
    CLINIC = "clinic"
    OPERATOR = "operator"


class NoticeStatus(StrEnum):
    """How far a notice has come; everything but `waiting` is an end, and only `dead` is not final.

    `dead` could not be sent, `superseded` was made pointless by a later one, `dropped` was given
    up by the operator.
    """

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    SUPERSEDED = "superseded"
    DROPPED = "dropped"


class Notice(SQLModel, table=True):
    """One message to one audience about one version of an appointment, or about none.

    `data` holds codes, times and ids only, never what a person typed: the address and the text are
    found when it is sent, and `told` among it is what a letter said that went out. `failure` is a
    code such as `connection`.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("appointment_id", "version", "audience", "kind"),
        Index(None, "status", "due_at", "id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    audience: Audience = Field(sa_type=coded(Audience, "audience"))
    kind: str = Field(max_length=40)
    # No foreign keys: this room does not know the rows that it speaks of.
    appointment_id: UUID | None = Field(default=None, index=True)
    clinic_id: UUID | None = Field(default=None)
    version: int = 0
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    status: NoticeStatus = Field(
        default=NoticeStatus.WAITING, sa_type=coded(NoticeStatus, "status")
    )
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = Field(default=None, max_length=40)
