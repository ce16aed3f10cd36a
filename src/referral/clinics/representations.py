"""A clinic as everybody may see it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from referral.clinics.standing import Accepting, Standing
from referral.staff.scopes import Scope


class ChiropractorShown(BaseModel):
    """A person who treats at the clinic."""

    id: UUID
    name: str
    credential: str


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
    phone: str
    timezone: str
    standing: Standing
    accepting: Accepting
    paused: bool = Field(description="whether it takes no requests online for the time being")
    takes_requests: bool = Field(description="whether a request can be sent to it online")
    hours: dict[str, list[list[str]]]
    keeps_holidays: bool = Field(description="whether it is closed on US federal holidays")
    closed_on: list[date] = Field(description="the other dates on which it is closed")
    languages: list[str]
    techniques: list[str]
    chiropractors: list[ChiropractorShown]


class OwnClinic(ClinicShown):
    """A clinic as its own staff see it."""

    email: str | None = Field(description="where its requests are announced; never public")
    updated_at: datetime


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


class ClinicNearby(ClinicShown):
    """A clinic with its distance, in statute miles as the crow flies."""

    distance_miles: float


class ClinicsNearby(BaseModel):
    """The nearest clinics first. `within_radius` is false where none is, and these are farther."""

    radius_miles: float
    within_radius: bool
    clinics: list[ClinicNearby]
