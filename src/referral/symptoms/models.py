"""The table of assessments: what a person answered, and which door that led to."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from referral.db import Sealed, UtcDateTime


class AssessmentRow(SQLModel, table=True):
    """One set of answers with its outcome; everything but the level and the version is sealed."""

    __tablename__ = "assessments"

    id: UUID = Field(primary_key=True)
    level: str = Field(max_length=20)
    rules_version: str = Field(max_length=40)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    wrapped_key: bytes | None = Field(default=None)
    outcome: bytes = Field(sa_type=Sealed)
