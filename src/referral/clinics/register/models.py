"""The tables of the register: what it last said of each NPI, and the import that is under way."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from referral.clinics.geography.addresses import LONGEST_SPOT
from referral.clinics.register.nppes import Kind
from referral.db import UtcDateTime, coded


class RegisterEntry(SQLModel, table=True):
    """What the public register said of one NPI when it was last read; see `absorbing.py`.

    `facts` has the shape of `Provider.to_json`, each of `locations` that of `Location.to_json`.
    `spot` says which entries share an address; `clinic_id` is the clinic they are shown as.
    """

    __tablename__ = "register"

    npi: str = Field(max_length=10, primary_key=True)
    spot: str = Field(max_length=LONGEST_SPOT, index=True)
    clinic_id: UUID | None = Field(default=None, foreign_key="clinics.id", index=True)
    is_active: bool = True
    facts: dict[str, Any] = Field(sa_type=JSON)
    locations: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    other_names: list[str] = Field(default_factory=list, sa_type=JSON)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Staged(SQLModel, table=True):
    """What the import that is under way has found, until it becomes the directory."""

    __tablename__ = "staged"

    npi: str = Field(max_length=10, primary_key=True)
    kind: Kind = Field(sa_type=coded(Kind, "kind"), primary_key=True)
    key: str = Field(default="", max_length=LONGEST_SPOT, primary_key=True)
    facts: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class ImportRun(SQLModel, table=True):
    """One import: how far it has read, and what it has counted.

    `source` counts the files that are done; `offset` (bytes) and `line` are the place in the next.
    `tally` maps codes of reasons and takings to counts.
    """

    __tablename__ = "import_runs"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    fingerprint: str = Field(max_length=64)
    kinds: list[str] = Field(sa_type=JSON)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    source: int = 0
    offset: int = Field(default=0, sa_type=BigInteger)
    line: int = Field(default=0, sa_type=BigInteger)
    tally: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
