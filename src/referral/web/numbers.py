"""A whole number as callers send it: `Annotated[int, Field(…), NO_BOOLEAN]`."""

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from referral.text import N_

NOT_A_NUMBER = N_("Write a whole number.")


def _no_boolean(value: object) -> object:
    """Refuse true and false, which pydantic would read as 1 and 0."""
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", NOT_A_NUMBER)
    return value


# Bounds go next to the type, before this: as in moments.py.
NO_BOOLEAN = BeforeValidator(_no_boolean)
