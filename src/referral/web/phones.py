"""A phone number as people type and read it: any usual way in, E.164 out, and in the US way."""

from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError


def _e164(value: str) -> str:
    try:
        number = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise PydanticCustomError("phone", "unreadable")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(_e164)]


def spoken(number: str) -> str:
    """Return a US number as `(212) 555-0142`, and any other as it is."""
    digits = number.removeprefix("+1")
    if len(digits) == 10 and digits.isdecimal():  # noqa: PLR2004 - a US number
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return number
