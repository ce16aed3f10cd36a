"""What a clinic may change about itself, as it comes in."""

import re
from collections.abc import Callable, Collection
from datetime import date
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic_core import PydanticCustomError

from referral.clinics import hours as opening
from referral.clinics.ranking import week_of
from referral.clinics.standing import Accepting
from referral.clinics.vocabulary import LANGUAGES, TECHNIQUES
from referral.errors import InvalidError
from referral.staff.models import LONGEST_LABEL
from referral.staff.scopes import Scope
from referral.text import N_
from referral.web.moments import NOT_A_MOMENT, Moment
from referral.web.phones import Phone

MAX_CLOSED_DAYS = 60
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
REGIONS = frozenset(
    {
        *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia"),
        *("Europe", "Indian", "Pacific"),
    }
)
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"

NEVER_OPEN = N_("Give at least one day its times. To take no new patients, set accepting to no.")
# Hours have sentences of their own, one for each thing that can be wrong.
SENTENCES = {
    "phone": N_("Enter a phone number with its area code, like 212 555 0142."),
    "email": N_("Enter an e-mail address like desk@example.com."),
    "timezone": N_("Name a time zone such as America/Denver."),
    "keeps_holidays": N_("Say true or false."),
    "closed_on": N_("List up to 60 days, each like 2026-12-24."),
    "accepting": N_("Say yes, waitlist, no or unknown."),
    "paused": N_("Say true or false."),
    "next_free_week": N_("Name a day like 2026-12-14, or null."),
    "languages": N_("List languages by their codes, such as en or es."),
    "techniques": N_("List ways of treating by their codes, such as activator."),
    "name": N_("Enter a name, up to 120 letters."),
    "label": N_("Say who or what will use it, up to 80 letters."),
    "scopes": N_("List one or more of read, write and admin."),
    "expires_at": NOT_A_MOMENT,
    "credential": N_("Enter a credential such as DC, up to 40 letters, or leave it empty."),
}


@lru_cache(maxsize=1)
def timezones() -> Collection[str]:
    """Return the names of the IANA time zones of places, and UTC.

    The rest are old names, fixed offsets, and files such as `Factory`, the clock of nowhere.
    """
    places = {name for name in available_timezones() if name.partition("/")[0] in REGIONS}
    return places | {"UTC"}


def _refuse() -> PydanticCustomError:
    return PydanticCustomError("unknown", "unreadable")


def _iana(value: str) -> str:
    if value not in timezones():
        raise _refuse()
    return value


def _iso_day(value: object) -> object:
    # Pydantic would also read a number, as seconds since 1970.
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        raise _refuse()
    return value


def _weekly(value: object) -> dict[str, list[list[str]]]:
    try:
        week = opening.to_json(opening.from_json(value))
    except InvalidError as error:
        raise PydanticCustomError("hours", error.detail) from error
    if not week:
        # Stored, no hours mean that nobody told us, and promises would follow the usual week.
        raise PydanticCustomError("hours", NEVER_OPEN)
    return week


def _one_of(codes: Collection[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in codes:
            raise _refuse()
        return value

    return check


def _in_order(days: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


def _once_each(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _kept() -> Any:  # noqa: ANN401 - stands in for any field
    """Stand for a field that was left out; never read, for only what was sent is taken."""
    return None


Timezone = Annotated[str, StringConstraints(max_length=40), AfterValidator(_iana)]
Day = Annotated[date, BeforeValidator(_iso_day)]
Week = Annotated[Day, AfterValidator(week_of)]
Hours = Annotated[dict[str, list[list[str]]], BeforeValidator(_weekly)]
Language = Annotated[
    str, AfterValidator(_one_of(LANGUAGES)), Field(json_schema_extra={"enum": [*LANGUAGES]})
]
Technique = Annotated[
    str, AfterValidator(_one_of(TECHNIQUES)), Field(json_schema_extra={"enum": [*TECHNIQUES]})
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=PRINTABLE),
]
Label = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=LONGEST_LABEL, pattern=PRINTABLE
    ),
]
Credential = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=40, pattern=PRINTABLE)
]


class _Said(BaseModel):
    """Errors carry the sentence of the field, never what was typed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _in_plain_words(
        cls, value: object, check: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> object:
        try:
            return check(value)
        except ValidationError as error:
            name = str(info.field_name)
            words = SENTENCES.get(name) or error.errors(include_url=False)[0]["msg"]
            raise PydanticCustomError(name.replace("_", "-"), words) from None


class ClinicChanges(_Said):
    """The fields to change; one that is left out keeps its value.

    The name and address stay with the public register: by them a person checks who the clinic is.
    """

    phone: Phone = Field(default_factory=_kept, examples=["+12125550142"])
    email: Annotated[EmailStr, Field(max_length=254)] = Field(
        default_factory=_kept, examples=["desk@example.com"]
    )
    timezone: Timezone = Field(default_factory=_kept, examples=["America/Denver"])
    hours: Hours = Field(default_factory=_kept, examples=[{"mo": [["09:00", "17:00"]]}])
    keeps_holidays: StrictBool = Field(
        default_factory=_kept, description="whether it is closed on US federal holidays"
    )
    closed_on: Annotated[tuple[Day, ...], AfterValidator(_in_order)] = Field(
        default_factory=_kept, max_length=MAX_CLOSED_DAYS, examples=[["2026-12-24"]]
    )
    accepting: Accepting = Field(default_factory=_kept)
    paused: StrictBool = Field(
        default_factory=_kept, description="whether to take no requests online for the time being"
    )
    next_free_week: Week | None = Field(
        default_factory=_kept,
        description="a day in the next week with free times, kept as its Monday; null: not said",
        examples=["2026-12-14"],
    )
    languages: Annotated[tuple[Language, ...], AfterValidator(_once_each)] = Field(
        default_factory=_kept, max_length=len(LANGUAGES)
    )
    techniques: Annotated[tuple[Technique, ...], AfterValidator(_once_each)] = Field(
        default_factory=_kept, max_length=len(TECHNIQUES)
    )


class NewChiropractor(_Said):
    """A person who treats at the clinic."""

    name: Name = Field(examples=["Dr. Ada Example"])
    credential: Credential = Field(default="", examples=["DC"])


class NewKey(_Said):
    """A staff key to be made for the clinic of the one that asks."""

    label: Label = Field(description="who or what will use it", examples=["front desk"])
    scopes: Annotated[tuple[Scope, ...], AfterValidator(_once_each)] = Field(
        default=(Scope.WRITE,), min_length=1, max_length=len(Scope)
    )
    expires_at: Moment | None = Field(default=None, description="from when on it opens nothing")


class ChiropractorChanges(_Said):
    """The fields to change; one that is left out keeps its value."""

    name: Name = Field(default_factory=_kept, examples=["Dr. Ada Example"])
    credential: Credential = Field(default_factory=_kept, examples=["DC"])
