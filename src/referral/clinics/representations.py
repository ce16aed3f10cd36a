"""A clinic as everybody may see it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from referral.clinics.ranking import Code
from referral.clinics.standing import Accepting, AutoPause, Standing
from referral.staff.scopes import Scope


class ChiropractorShown(BaseModel):
    """A person who treats at the clinic."""

    id: UUID
    name: str
    credential: str


class PlaceShown(BaseModel):
    """One more place of a clinic; `phone` is empty where it has none of its own."""

    address_1: str
    address_2: str
    city: str
    state: str
    postal_code: str
    phone: str


class ClinicShown(BaseModel):
    """A clinic; `hours` maps weekday codes to opening times in its own time zone."""

    id: UUID
    npi: str | None
    name: str
    address_1: str
    address_2: str
    city: str
    state: str
    postal_code: str
    country: str = Field(description="ISO 3166 code, such as US")
    phone: str
    timezone: str
    standing: Standing
    accepting: Accepting
    paused: bool = Field(description="whether it takes no requests online for the time being")
    takes_requests: bool = Field(description="whether a request can be sent to it online")
    next_free_week: date | None = Field(
        description="the Monday of the next week in which it has free times, as it says itself"
    )
    confirmed_at: datetime | None = Field(
        description="when it last said that its details are right"
    )
    median_answer_seconds: int | None = Field(
        description="how long half of its first answers took at most, measured over the last 90 "
        "full days; null before five answers"
    )
    hours: dict[str, list[list[str]]]
    keeps_holidays: bool = Field(description="whether it is closed on US federal holidays")
    closed_on: list[date] = Field(description="the other dates on which it is closed")
    languages: list[str]
    techniques: list[str]
    accessibility: list[str]
    insurance: list[str] = Field(description="who may pay")
    prices: dict[str, int] = Field(
        description="what a visit costs who pays alone, in US dollars, by its kind"
    )
    other_names: list[str] = Field(description="other names of the organization; found by `name`")
    places: list[PlaceShown] = Field(description="where it can be visited beside its address")
    chiropractors: list[ChiropractorShown]


class SourceShown(BaseModel):
    """Where a fact comes from, of which day it is, and when the clinic agreed to it last."""

    fact: str
    source: str = Field(description="`clinic`, or the register it was taken from, such as `nppes`")
    as_of: date
    confirmed_on: date | None


class ClinicDetail(ClinicShown):
    """A clinic with the sources of its facts, and whether it is open.

    That is said as a moment, so that an answer that was kept is never wrong: until then.
    """

    open_until: datetime | None = Field(
        description="it is open until then, on its own clock; null: it is closed, or its hours "
        "are unknown"
    )
    opens_at: datetime | None = Field(
        description="it is closed until then, on its own clock; null: it is open, or does not "
        "open within 14 days, or its hours are unknown"
    )
    sources: list[SourceShown]


class OwnClinic(ClinicShown):
    """A clinic as its own staff see it."""

    email: str | None = Field(description="where its requests are announced; never public")
    paused_because: AutoPause | None = Field(
        description="why the service paused it; null where it did so itself, or is not paused"
    )
    left_unanswered: int = Field(
        description="how many requests in a row ended by themselves, without its answer"
    )
    leaving_since: datetime | None = Field(
        description="since when it leaves, once nobody waits for it any more; null: it stays"
    )
    updated_at: datetime


class Leaving(BaseModel):
    """That a clinic leaves, and for how many requests it is still expected to do something."""

    leaving_since: datetime
    open_requests: int = Field(
        description="requests without an end, and people who are to be called; at most 1000 are "
        "counted"
    )


class Difference(BaseModel):
    """One detail of a clinic that the public register has otherwise."""

    field: str = Field(
        description="a field of the clinic; or `chiropractors`: who practices there by the "
        "register; or `npi`: it is no longer active",
        examples=["address_1"],
    )
    yours: str
    register_says: str


class Differences(BaseModel):
    """What the public register says otherwise. Nothing of it has changed your own record."""

    last_updated: date | None = Field(description="when the register last changed its entry")
    items: list[Difference]


class KeyShown(BaseModel):
    """A staff key as it can be listed: never the key itself."""

    id: UUID
    label: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None = Field(description="from then on it opens nothing; null: never")
    is_calling: bool = Field(description="whether this call was made with it")


class KeyIssued(KeyShown):
    """A new staff key. The key itself is shown only here."""

    key: str = Field(examples=["rk_kZ3oBvQxQ2v0c5y8s1nWm4tYpLd7uEjRgH6aFi9XeTw"])


class Keys(BaseModel):
    """The keys that open something now, oldest first; there are never more than a hundred."""

    items: list[KeyShown]


class Assignee(BaseModel):
    """A key of your clinic by its name, as a request can be given to it."""

    id: UUID
    label: str
    is_calling: bool = Field(description="whether this call was made with it")


class Assignees(BaseModel):
    """Whom a request can be given to, oldest key first; there are never more than a hundred."""

    items: list[Assignee]


class ReasonShown(BaseModel):
    """One reason for a place in the list, and the miles that it counts for."""

    code: Code
    miles: float


class RankShown(BaseModel):
    """Why a clinic stands where it stands: as how far away it counts, the sum of its reasons."""

    counts_as_miles: float
    reasons: list[ReasonShown]


class ClinicNearby(ClinicShown):
    """A clinic with its distance, in statute miles as the crow flies."""

    distance_miles: float
    nearest_place: PlaceShown | None = Field(
        description="the one of its places that is so far away; null: its address"
    )
    rank: RankShown


class WithoutShown(BaseModel):
    """How many clinics there are when one value of a filter is dropped."""

    filter: str = Field(examples=["language"])
    value: str = Field(examples=["es"])
    count: int


class FartherShown(BaseModel):
    """How many clinics fit within a larger radius."""

    radius_miles: float
    count: int


class NothingFits(BaseModel):
    """What would help where no clinic within the radius has all that was asked for."""

    radius_miles: float = Field(description="within which it is counted: 100 at most")
    without: list[WithoutShown] = Field(
        description="the values of which one alone stands in the way, the most helpful first"
    )
    without_all: int = Field(description="how many there are when all filters are dropped")
    farther: FartherShown | None = Field(
        description="the least of 5, 10, 25, 50 and 100 miles within which some fit; null: none"
    )


class ClinicsNearby(BaseModel):
    """Clinics in the order of their rank, and whether they lie within the radius or farther.

    With a filter, none is shown that lies farther.
    """

    radius_miles: float
    within_radius: bool
    clinics: list[ClinicNearby]
    nothing_fits: NothingFits | None = Field(
        description="null unless there are filters and no clinic within the radius fits"
    )
