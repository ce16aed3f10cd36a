"""What a clinic may change about itself, as it comes in."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, EmailStr, Field, StrictBool, ValidationError

from referral.clinics.fields import (
    MAX_CLOSED_DAYS,
    Access,
    Credential,
    Day,
    Hours,
    Label,
    Language,
    Name,
    Payer,
    Price,
    PricedVisit,
    Said,
    Technique,
    Timezone,
    Week,
    in_order,
    kept,
    once_each,
)
from referral.clinics.standing import Accepting
from referral.clinics.vocabulary import ACCESSIBILITY, INSURANCE, LANGUAGES, TECHNIQUES
from referral.errors import InvalidError, Problem
from referral.staff.scopes import Scope
from referral.web.moments import Moment
from referral.web.phones import Phone


class ClinicChanges(Said):
    """The fields to change; one that is left out keeps its value.

    The name and address stay with the public register: by them a person checks who the clinic is.
    """

    phone: Phone = Field(default_factory=kept, examples=["+12125550142"])
    email: Annotated[EmailStr, Field(max_length=254)] = Field(
        default_factory=kept, examples=["desk@example.com"]
    )
    timezone: Timezone = Field(default_factory=kept, examples=["America/Denver"])
    hours: Hours = Field(default_factory=kept, examples=[{"mo": [["09:00", "17:00"]]}])
    keeps_holidays: StrictBool = Field(
        default_factory=kept, description="whether it is closed on US federal holidays"
    )
    closed_on: Annotated[tuple[Day, ...], AfterValidator(in_order)] = Field(
        default_factory=kept, max_length=MAX_CLOSED_DAYS, examples=[["2026-12-24"]]
    )
    accepting: Accepting = Field(default_factory=kept)
    paused: StrictBool = Field(
        default_factory=kept, description="whether to take no requests online for the time being"
    )
    next_free_week: Week | None = Field(
        default_factory=kept,
        description="a day in the next week with free times, kept as its Monday; null: not said",
        examples=["2026-12-14"],
    )
    languages: Annotated[tuple[Language, ...], AfterValidator(once_each)] = Field(
        default_factory=kept, max_length=len(LANGUAGES)
    )
    techniques: Annotated[tuple[Technique, ...], AfterValidator(once_each)] = Field(
        default_factory=kept, max_length=len(TECHNIQUES)
    )
    accessibility: Annotated[tuple[Access, ...], AfterValidator(once_each)] = Field(
        default_factory=kept, max_length=len(ACCESSIBILITY)
    )
    insurance: Annotated[tuple[Payer, ...], AfterValidator(once_each)] = Field(
        default_factory=kept, max_length=len(INSURANCE)
    )
    prices: dict[PricedVisit, Price] = Field(
        default_factory=kept,
        description="what a visit costs who pays alone, in US dollars",
        examples=[{"first_visit": 95, "follow_up": 60}],
    )


def checked(given: Mapping[str, Any]) -> ClinicChanges:
    """Return the changes that `given` names, or raise InvalidError for what cannot be taken."""
    try:
        return ClinicChanges.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems = [Problem(tuple(one["loc"]), one["type"], one["msg"]) for one in found]
        raise InvalidError(problems) from None


class NewChiropractor(Said):
    """A person who treats at the clinic."""

    name: Name = Field(examples=["Dr. Ada Example"])
    credential: Credential = Field(default="", examples=["DC"])


class NewKey(Said):
    """A staff key to be made for the clinic of the one that asks."""

    label: Label = Field(description="who or what will use it", examples=["front desk"])
    scopes: Annotated[tuple[Scope, ...], AfterValidator(once_each)] = Field(
        default=(Scope.WRITE,), min_length=1, max_length=len(Scope)
    )
    expires_at: Moment | None = Field(default=None, description="from when on it opens nothing")


class ChiropractorChanges(Said):
    """The fields to change; one that is left out keeps its value."""

    name: Name = Field(default_factory=kept, examples=["Dr. Ada Example"])
    credential: Credential = Field(default_factory=kept, examples=["DC"])
