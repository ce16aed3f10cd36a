"""A moment as callers send it: with its offset, and inside the years that arithmetic can reach."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from referral.text import N_

NOT_A_MOMENT = N_("Write a date and time as RFC 3339 does, with an offset.")


def _not_seconds(value: object) -> object:
    """Refuse a number, however it is written, which pydantic would read as seconds since 1970."""
    is_number = isinstance(value, int | float)
    if is_number or (isinstance(value, str) and value[4:5] != "-"):
        raise PydanticCustomError("datetime_parsing", NOT_A_MOMENT)
    return value


# Near the ends of the calendar a change of time zone overflows.
# The bounds stand next to the type: around the check, pydantic would write them into the JSON
# Schema under names that it does not know.
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
    BeforeValidator(_not_seconds),
]
