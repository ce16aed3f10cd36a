"""The tables of the directory: clinics and their chiropractors."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from referral.clinics.ranking import LISTED
from referral.clinics.standing import Accepting, AutoPause, Standing
from referral.db import UtcDateTime, coded


class Clinic(SQLModel, table=True):
    """One practice location.

    `hours` maps weekday codes to opening times in the clinic's own time zone (see `hours.py`), and
    is empty where nobody told us. `closed_on` are ISO dates beside the federal holidays, which
    count as closed unless `keeps_holidays` is false. While it is `paused`, it can be asked nothing
    new here, whatever `accepting` says of new patients; `paused_because` says why where we did it.
    Coordinates are degrees; those of a listed clinic are its ZIP's.

    `next_free_week` is its Monday. `told_on` maps fields to the ISO date on which the clinic itself
    last told them, and `confirmed_at` is when it last said that all is right.
    `median_answer_seconds` is measured over 90 days, and None before five answers;
    `left_unanswered` counts the requests in a row that it let expire. `handicap` is what they come
    to (see `ranking`), in miles: kept by `upkeep` here, for the index of the search.
    """

    __tablename__ = "clinics"
    # All that a search by distance needs is in the index, so that it never leaves it.
    __table_args__ = (Index(None, "latitude", "longitude", "handicap", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    npi: str | None = Field(default=None, max_length=10, unique=True)
    standing: Standing = Field(sa_type=coded(Standing, "standing"))
    name: str = Field(max_length=200)
    address_1: str = Field(max_length=120)
    address_2: str = Field(default="", max_length=120)
    city: str = Field(max_length=80)
    state: str = Field(max_length=2)
    postal_code: str = Field(max_length=5)
    phone: str = Field(default="", max_length=20)
    email: str | None = Field(default=None, max_length=254)
    latitude: float
    longitude: float
    timezone: str = Field(max_length=40)
    accepting: Accepting = Field(
        default=Accepting.UNKNOWN,
        sa_type=coded(Accepting, "accepting"),
    )
    paused: bool = False
    paused_because: AutoPause | None = Field(
        default=None, sa_type=coded(AutoPause, "paused_because")
    )
    next_free_week: date | None = None
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    median_answer_seconds: int | None = None
    left_unanswered: int = 0
    handicap: float = LISTED.miles
    told_on: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    hours: dict[str, list[list[str]]] = Field(default_factory=dict, sa_type=JSON)
    keeps_holidays: bool = True
    closed_on: list[str] = Field(default_factory=list, sa_type=JSON)
    languages: list[str] = Field(default_factory=list, sa_type=JSON)
    techniques: list[str] = Field(default_factory=list, sa_type=JSON)
    source: str = Field(max_length=20)
    source_date: date | None = None
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Chiropractor(SQLModel, table=True):
    """A person who treats at a clinic."""

    __tablename__ = "chiropractors"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    clinic_id: UUID = Field(foreign_key="clinics.id", index=True)
    name: str = Field(max_length=120)
    credential: str = Field(default="", max_length=40)


class Confirmation(SQLModel, table=True):
    """That a clinic was asked whether its details are right; the last time only.

    The token of the mailed link is made from `id`, as `vault.link_token` says. It is answered as
    soon as the clinic's `confirmed_at` is no earlier than `asked_at`.
    """

    __tablename__ = "clinic_confirmations"

    id: UUID = Field(primary_key=True)
    clinic_id: UUID = Field(foreign_key="clinics.id", unique=True)
    token_hash: bytes = Field(unique=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    warned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
