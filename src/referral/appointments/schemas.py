"""What comes in: a request, as a person sends it."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    ModelWrapValidatorHandler,
    StrictBool,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from referral.appointments import consent
from referral.appointments.promise import PartOfDay
from referral.text import N_
from referral.web.phones import Phone, has_extension

MAX_WINDOWS = 6
# How many more clinics one request may be sent on to.
MAX_HOPS = 3
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "requesting_for": N_("Choose who needs care: you or someone else."),
        "name": N_("Enter your name, up to 100 letters."),
        "patient_name": N_("Enter the name of the person who needs care, up to 100 letters."),
        "email": N_("Enter an e-mail address like name@example.com."),
        "phone": N_("Enter a phone number with its area code, like 212 555 0142."),
        "preferred_contact": N_("Choose how the clinic should contact you."),
        "preferred_windows": N_("Choose from one to six times when you could come."),
        "note": N_("Make your note shorter. It can have up to 500 characters."),
        "doctor_cleared": N_("Say yes or no."),
        "consent_version": N_("Tick the box to agree. We cannot send your request without it."),
        "assessment_id": N_("Send the id that the assessment gave you."),
        "clinic_id": N_("Send the id of a clinic."),
        "also_ask": N_("Choose at most three more clinics."),
    }
)
NO_CONTACT = N_("Enter an e-mail address or a phone number. One is enough.")
EXTENSION = N_("Enter the phone number without its extension, and write that in the note.")
UNREACHABLE = {
    "email": N_("You chose e-mail. Enter an e-mail address, or choose phone."),
    "phone": N_("You chose phone. Enter a phone number, or choose e-mail."),
}
# Under pydantic's own codes the doors may put a general sentence in place of the field's.
OWN_CODES = {"missing": "required", "value_error": "unreadable"}
UNKNOWN_FIELD = N_("There is a field here that we do not know.")


class RequestingFor(StrEnum):
    """Who needs care: the one who writes, or somebody they write for."""

    MYSELF = "self"
    SOMEONE_ELSE = "someone_else"


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _without_extension(value: object) -> object:
    # It has no place in the number as it is kept, and must not get lost without a word.
    if isinstance(value, str) and has_extension(value):
        raise PydanticCustomError("extension", EXTENSION)
    return value


def printable(value: str) -> str:
    """Return `value`, or raise for one with control characters in it."""
    if CONTROL.search(value):
        raise PydanticCustomError("control_character", "unreadable")
    return value


def line_feeds(value: object) -> object:
    """Return a text with the line ends that are kept.

    Windows and browsers write two characters for each, and count them as one against a limit.
    """
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(printable),
]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500),
    AfterValidator(printable),
    BeforeValidator(line_feeds),
]


class PreferredWindow(BaseModel):
    """A part of a day in the clinic's time zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: date
    part: PartOfDay


def _once_each(value: tuple[PreferredWindow, ...]) -> tuple[PreferredWindow, ...]:
    return tuple(dict.fromkeys(value))


PreferredWindows = Annotated[
    tuple[PreferredWindow, ...],
    Field(min_length=1, max_length=MAX_WINDOWS),
    AfterValidator(_once_each),
]


class RequestDetails(BaseModel):
    """What a person tells the clinic. Errors carry the sentences above, never what was typed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requesting_for: RequestingFor = RequestingFor.MYSELF
    name: Name = Field(examples=["Ada Example"])
    patient_name: Annotated[Name | None, BeforeValidator(_blank_is_none)] = Field(
        default=None, validate_default=True
    )
    email: Annotated[EmailStr | None, BeforeValidator(_blank_is_none)] = Field(
        default=None, examples=["ada@example.com"]
    )
    phone: Annotated[
        Phone | None, BeforeValidator(_without_extension), BeforeValidator(_blank_is_none)
    ] = Field(default=None, validate_default=True, examples=["+12125550142"])
    preferred_contact: Literal["email", "phone"] = Field(examples=["email"])
    preferred_windows: PreferredWindows
    note: Text = ""
    doctor_cleared: StrictBool = Field(
        default=False, description="A doctor examined this episode and agreed to hands-on care."
    )
    consent_version: str = Field(max_length=20, examples=[consent.VERSION])

    @field_validator("patient_name")
    @classmethod
    def _named_if_someone_else(cls, value: str | None, info: ValidationInfo) -> str | None:
        someone_else = info.data.get("requesting_for") == RequestingFor.SOMEONE_ELSE
        if someone_else and value is None:
            raise PydanticCustomError("missing", "unnamed")
        return value if someone_else else None

    @field_validator("phone")
    @classmethod
    def _reachable(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("email", "unusable") is None:
            raise PydanticCustomError("no_contact", NO_CONTACT)
        return value

    @field_validator("preferred_contact")
    @classmethod
    def _reachable_that_way(cls, value: str, info: ValidationInfo) -> str:
        both_usable = all(way in info.data for way in UNREACHABLE)
        if both_usable and info.data[value] is None:
            raise PydanticCustomError("unreachable", UNREACHABLE[value])
        return value

    @field_validator("consent_version")
    @classmethod
    def _agreed(cls, value: str) -> str:
        if value != consent.VERSION:
            raise PydanticCustomError("consent", "other version")
        return value

    @model_validator(mode="wrap")
    @classmethod
    def _in_plain_words(cls, given: object, check: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return check(given)
        except ValidationError as error:
            problems = [_plain(detail) for detail in error.errors(include_url=False)]
            raise ValidationError.from_exception_data(cls.__name__, problems) from None


class NewRequest(RequestDetails):
    """A request to one clinic, on the strength of one assessment."""

    assessment_id: UUID
    clinic_id: UUID
    also_ask: tuple[UUID, ...] = Field(
        default=(),
        max_length=MAX_HOPS,
        description="Clinics that may be asked in turn, by itself, if this one cannot help.",
    )


def _plain(detail: Mapping[str, Any]) -> InitErrorDetails:
    """Replace pydantic's sentence by ours for the field, and leave out what was sent."""
    field = str(detail["loc"][0]) if detail["loc"] else ""
    if field not in SENTENCES:
        return InitErrorDetails(
            type=PydanticCustomError("unknown_field", UNKNOWN_FIELD), loc=(), input=None
        )
    spoken = detail["type"] in {"no_contact", "unreachable", "extension"}
    words = detail["msg"] if spoken else SENTENCES[field]
    why = PydanticCustomError(OWN_CODES.get(detail["type"], detail["type"]), words)
    return InitErrorDetails(type=why, loc=tuple(detail["loc"]), input=None)
