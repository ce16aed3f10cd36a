"""A phone number as people type and read it: any usual way in, E.164 out, and in the US way."""

from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError


def e164(text: str, country: str = "US") -> str | None:
    """Return the number as `+12125550142`; None where it cannot be one.

    `country`, an ISO 3166 code, is where it is dialled without a prefix.
    """
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def has_extension(text: str) -> bool:
    """Return whether the number goes on behind a switchboard, as in `212 555 0142 ext. 12`."""
    try:
        return phonenumbers.parse(text, "US").extension is not None
    except phonenumbers.NumberParseException:
        return False


def _valid(value: str) -> str:
    number = e164(value)
    if number is None or not phonenumbers.is_valid_number(phonenumbers.parse(number)):
        raise PydanticCustomError("phone", "unreadable")
    return number


Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(_valid)]


def spoken(number: str) -> str:
    """Return a US number as `(212) 555-0142`, and any other as it is."""
    digits = number.removeprefix("+1")
    if len(digits) == 10 and digits.isdecimal():  # noqa: PLR2004 - a US number
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return number
