"""The tables of the directory: clinics and their chiropractors."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, Index, event
from sqlmodel import Field, SQLModel

from referral.clinics.geography.addresses import LONGEST_SPOT
from referral.clinics.ranking import LISTED
from referral.clinics.standing import Accepting, AutoPause, Standing
from referral.clinics.traits import COLUMNS, traits_of
from referral.clinics.words import LONGEST as LONGEST_WORD
from referral.db import UtcDateTime, coded


def _traits_of_row(context: Any) -> int:  # noqa: ANN401 - SQLAlchemy's, whose method has no types
    """Return the traits of a row that is stored without an object."""
    return traits_of(context.get_current_parameters())


class Clinic(SQLModel, table=True):
    """One practice location.

    `hours` maps weekday codes to opening times in the clinic's own time zone (see `hours.py`), and
    is empty where nobody told us. `closed_on` are ISO dates beside the federal holidays, which
    count as closed unless `keeps_holidays` is false. While it is `paused`, it can be asked nothing
    new here, whatever `accepting` says of new patients; `paused_because` says why where we did it.
    Coordinates are degrees; those that come from a register are its ZIP's. `country` is an ISO 3166
    code; `state` is the name of a region where it has no short code, and may be empty there.

    `accessibility`, `insurance`, `languages` and `techniques` are codes of `vocabulary`; `prices`
    maps its codes of visits to US dollars.

    `npi` is the one that it is known by: an organization's, or a person's who works alone. `places`
    are its other locations, in the shape of `addresses.Location`. Unless it `is_public`, nobody is
    shown it: somebody may live there.

    `next_free_week` is its Monday. `told_on` maps fields to the ISO date on which the clinic itself
    last told them, and `confirmed_at` is when it last said that all is right.
    `median_answer_seconds` is measured over 90 days, and None before five answers;
    `left_unanswered` counts the requests in a row that it let expire. `handicap` is what they come
    to (see `ranking`), in miles: kept by `upkeep` here, for the index of the search. So is
    `traits`, what it can be filtered by: it follows from the row, whenever that is stored.
    """

    __tablename__ = "clinics"
    # All that a search by distance reads is in the index, so that it never leaves it.
    __table_args__ = (
        Index(None, "latitude", "longitude", "is_public", "handicap", "traits", "id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    npi: str | None = Field(default=None, max_length=10, unique=True)
    standing: Standing = Field(sa_type=coded(Standing, "standing"))
    name: str = Field(max_length=200)
    address_1: str = Field(max_length=120)
    address_2: str = Field(default="", max_length=120)
    city: str = Field(max_length=80)
    state: str = Field(max_length=60)
    postal_code: str = Field(max_length=12)
    country: str = Field(default="US", max_length=2)
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
    traits: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"default": _traits_of_row})
    told_on: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    hours: dict[str, list[list[str]]] = Field(default_factory=dict, sa_type=JSON)
    keeps_holidays: bool = True
    closed_on: list[str] = Field(default_factory=list, sa_type=JSON)
    languages: list[str] = Field(default_factory=list, sa_type=JSON)
    techniques: list[str] = Field(default_factory=list, sa_type=JSON)
    accessibility: list[str] = Field(default_factory=list, sa_type=JSON)
    insurance: list[str] = Field(default_factory=list, sa_type=JSON)
    prices: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    other_names: list[str] = Field(default_factory=list, sa_type=JSON)
    places: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    is_public: bool = True
    source: str = Field(max_length=20)
    source_date: date | None = None
    updated_at: datetime = Field(sa_type=UtcDateTime)


@event.listens_for(Clinic, "before_insert")
@event.listens_for(Clinic, "before_update")
def _keep_traits(_mapper: object, _connection: object, clinic: Clinic) -> None:
    """Whoever changes a clinic cannot forget this."""
    clinic.traits = traits_of({name: getattr(clinic, name) for name in COLUMNS})


class Chiropractor(SQLModel, table=True):
    """A person who treats at a clinic."""

    __tablename__ = "chiropractors"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    clinic_id: UUID = Field(foreign_key="clinics.id", index=True)
    name: str = Field(max_length=120)
    credential: str = Field(default="", max_length=40)
    npi: str | None = Field(default=None, max_length=10)


class ClinicPlace(SQLModel, table=True):
    """Where one of a clinic's other `places` lies, for the search.

    It is not shown where a clinic of its own stands at the same spot.
    """

    __tablename__ = "clinic_places"
    __table_args__ = (Index(None, "latitude", "longitude", "is_shown", "clinic_id", "position"),)

    clinic_id: UUID = Field(foreign_key="clinics.id", primary_key=True)
    position: int = Field(primary_key=True)
    latitude: float
    longitude: float
    spot: str = Field(max_length=LONGEST_SPOT)
    is_shown: bool = True


class ClinicWord(SQLModel, table=True):
    """A word by which a clinic can be found: of its names, or of its people's."""

    __tablename__ = "clinic_words"

    word: str = Field(max_length=LONGEST_WORD, primary_key=True)
    clinic_id: UUID = Field(foreign_key="clinics.id", primary_key=True, index=True)


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


class Invitation(SQLModel, table=True):
    """That a clinic was invited to join: once, until `expires_at`; gone as soon as it is used.

    The token of its link is made from `id`, as `vault.link_token` says. `code_hash` is a keyed hash
    of a code that is told by phone; `email` is where the link was mailed. `draft` is what the
    clinic has entered so far, by the names of `OwnClinic`, checked as `ClinicChanges` checks it.
    """

    __tablename__ = "clinic_invitations"

    id: UUID = Field(primary_key=True)
    clinic_id: UUID = Field(foreign_key="clinics.id", unique=True)
    token_hash: bytes = Field(unique=True)
    code_hash: bytes | None = Field(default=None, unique=True)
    email: str | None = Field(default=None, max_length=254)
    draft: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Departure(SQLModel, table=True):
    """That a clinic leaves: it is asked nothing new, and goes once nobody waits for it any more."""

    __tablename__ = "clinic_departures"

    clinic_id: UUID = Field(foreign_key="clinics.id", primary_key=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
