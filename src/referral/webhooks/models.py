"""The tables of webhooks: where a clinic's events go and how far they have come, and the log."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from referral.db import Sealed, UtcDateTime, coded
from referral.webhooks.codes import Failure, Pause

LONGEST_LABEL = 80
LONGEST_URL = 2000


class Webhook(SQLModel, table=True):
    """One address of one clinic; `delivered` is the number of the last event that it took.

    `secrets` is sealed under the key in `wrapped_key`. `failures` counts the failed attempts at the
    next event, which is due at `due_at`. Who holds `lease` until `leased_until` sends, and nobody
    else does. `entries` counts the log.
    """

    __tablename__ = "webhooks"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    clinic_id: UUID = Field(foreign_key="clinics.id", index=True)
    label: str = Field(max_length=LONGEST_LABEL)
    url: str = Field(max_length=LONGEST_URL)
    wrapped_key: bytes
    secrets: bytes = Field(sa_type=Sealed)
    created_at: datetime = Field(sa_type=UtcDateTime)
    delivered: int
    failures: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime)
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_because: Pause | None = Field(default=None, sa_type=coded(Pause, "paused_because"))
    pinged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease: UUID | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    entries: int = 0


class Delivery(SQLModel, table=True):
    """One attempt: what was sent when, and the status of the answer or why there was none.

    `number` is the event's, and there is none for a ping.
    """

    __tablename__ = "webhook_deliveries"

    webhook_id: UUID = Field(foreign_key="webhooks.id", ondelete="CASCADE", primary_key=True)
    entry: int = Field(primary_key=True)
    number: int | None
    attempt: int
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    status: int | None
    error: Failure | None = Field(sa_type=coded(Failure, "error"))
    milliseconds: int
