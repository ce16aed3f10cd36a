"""The table of assessments: what a person answered, and which door that led to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, false, text
from sqlmodel import Field, SQLModel

from referral.db import Sealed, UtcDateTime

# What may turn out to be of no use: few rows, so an index of them is short.
NOT_KNOWN_AS_USED = "NOT is_used"


class AssessmentRow(SQLModel, table=True):
    """One set of answers with its outcome; everything but the level and the version is sealed.

    `is_used`: it was too old for another request when it was looked at, and one had been made with
    it. So each is looked at once, and not each time that unused ones are forgotten.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        Index(
            "ix_assessments_not_known_as_used",
            *("created_at", "id"),
            sqlite_where=text(NOT_KNOWN_AS_USED),
            postgresql_where=text(NOT_KNOWN_AS_USED),
        ),
    )

    id: UUID = Field(primary_key=True)
    level: str = Field(max_length=20)
    rules_version: str = Field(max_length=40)
    created_at: datetime = Field(sa_type=UtcDateTime)
    is_used: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    wrapped_key: bytes | None = Field(default=None)
    outcome: bytes = Field(sa_type=Sealed)
