"""The table of staff keys."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from referral.db import UtcDateTime

LONGEST_LABEL = 80


class StaffKey(SQLModel, table=True):
    """A bearer key of one clinic. Only its hash is stored; the key itself is shown once.

    It opens nothing once it is revoked, nor from `expires_at` on.
    """

    __tablename__ = "staff_keys"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    clinic_id: UUID = Field(foreign_key="clinics.id", index=True)
    key_hash: bytes = Field(unique=True)
    label: str = Field(max_length=LONGEST_LABEL)
    scopes: list[str] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
