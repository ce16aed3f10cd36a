"""The fields of what a clinic sends: what each may be, and the sentence if it is not."""

import re
from collections.abc import Callable, Collection
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic_core import PydanticCustomError

from referral.clinics import hours as opening
from referral.clinics.ranking import week_of
from referral.clinics.vocabulary import ACCESSIBILITY, INSURANCE, LANGUAGES, TECHNIQUES
from referral.errors import InvalidError
from referral.staff.models import LONGEST_LABEL
from referral.text import N_
from referral.web.moments import NOT_A_MOMENT

MAX_CLOSED_DAYS = 60
# US dollars; what is more is a slip of the finger.
HIGHEST_PRICE = 2000
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
REGIONS = frozenset(
    {
        *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia"),
        *("Europe", "Indian", "Pacific"),
    }
)
# White space at either end is cut off before anybody asks.
PRINTABLE = r"^[\t-\r ]*[^\x00-\x1f\x7f]*[\t-\r ]*$"

NEVER_OPEN = N_(
    "Give at least one day its times. Whether you take new patients is asked apart from the hours."
)
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
    "accessibility": N_("List by their codes what makes the clinic accessible, such as step_free."),
    "insurance": N_("List by their codes who may pay, such as medicare."),
    "prices": N_("Give prices in whole dollars up to 2,000, for first_visit and follow_up."),
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
    named = f"Input should be one of {', '.join(codes)}"

    def check(value: str) -> str:
        if value not in codes:
            raise PydanticCustomError("enum", named)
        return value

    return check


def in_order(days: tuple[date, ...]) -> tuple[date, ...]:
    """Return the days from the first to the last, none twice."""
    return tuple(sorted(set(days)))


def once_each(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes as they stand, none twice."""
    return tuple(dict.fromkeys(codes))


def kept() -> Any:  # noqa: ANN401 - stands in for any field
    """Stand for a field that was left out; never read, for only what was sent is taken."""
    return None


Timezone = Annotated[str, StringConstraints(max_length=40), AfterValidator(_iana)]
Day = Annotated[date, BeforeValidator(_iso_day)]
Week = Annotated[Day, AfterValidator(week_of)]
Weekday = Annotated[str, Field(json_schema_extra={"enum": [*opening.DAYS]})]
Clock = Annotated[str, Field(max_length=5, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Period = Annotated[list[Clock], Field(min_length=2, max_length=2)]
Hours = Annotated[
    dict[Weekday, Annotated[list[Period], Field(max_length=12)]], BeforeValidator(_weekly)
]
Language = Annotated[
    str, AfterValidator(_one_of(LANGUAGES)), Field(json_schema_extra={"enum": [*LANGUAGES]})
]
Technique = Annotated[
    str, AfterValidator(_one_of(TECHNIQUES)), Field(json_schema_extra={"enum": [*TECHNIQUES]})
]
Access = Annotated[
    str, AfterValidator(_one_of(ACCESSIBILITY)), Field(json_schema_extra={"enum": [*ACCESSIBILITY]})
]
Payer = Annotated[
    str, AfterValidator(_one_of(INSURANCE)), Field(json_schema_extra={"enum": [*INSURANCE]})
]
PricedVisit = Literal["first_visit", "follow_up"]
Price = Annotated[StrictInt, Field(ge=0, le=HIGHEST_PRICE)]
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


class Said(BaseModel):
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
