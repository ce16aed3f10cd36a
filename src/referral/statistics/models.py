"""The table of what the worker counted last."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from referral.db import UtcDateTime

LAST_DAYS = "last_days"


class Snapshot(SQLModel, table=True):
    """The figures of all clinics together, and what is published of each, as `Stock` has them."""

    __tablename__ = "statistics_snapshots"

    name: str = Field(primary_key=True, max_length=20)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    counted_at: datetime = Field(sa_type=UtcDateTime)
    overall: dict[str, Any] = Field(sa_type=JSON)
    clinics: list[dict[str, Any]] = Field(sa_type=JSON)
