"""A moment as callers send it: with its offset, and inside the years that arithmetic can reach."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

# Near the ends of the calendar a change of time zone overflows.
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
]
