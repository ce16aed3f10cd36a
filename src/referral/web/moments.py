"""A moment as callers send it: with its offset, and inside the years that arithmetic can reach."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from referral.text import N_

NOT_A_MOMENT = N_("Write a date and time as RFC 3339 does, with an offset.")


def _not_seconds(value: object) -> object:
    """Refuse a number, however it is written, which pydantic would read as seconds since 1970."""
    is_number = isinstance(value, int | float)
    if is_number or (isinstance(value, str) and value[4:5] != "-"):
        raise PydanticCustomError("datetime_parsing", NOT_A_MOMENT)
    return value


class _Unbounded:
    """Leaves the bounds out of the JSON Schema, which has none for moments and knows no `ge`."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        shape = handler(schema)
        return {key: value for key, value in shape.items() if key not in {"ge", "lt"}}


# Near the ends of the calendar a change of time zone overflows.
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_not_seconds),
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
    _Unbounded(),
]
