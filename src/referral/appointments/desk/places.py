"""Where in the clinic's list a page begins: the orders of the list, and its cursors."""

import base64
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, NamedTuple, Self
from uuid import UUID

from pydantic import GetPydanticSchema, TypeAdapter, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from referral.text import N_
from referral.web.moments import Moment

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
NOT_OURS = N_("Use a cursor as we gave it, with the sort that it was given for.")


class Sort(StrEnum):
    """The moment that orders the list; the latest first where a minus stands before it."""

    NEWEST = "-created_at"
    OLDEST = "created_at"
    CHANGED_LAST = "-updated_at"
    CHANGED_FIRST = "updated_at"
    DUE_FIRST = "answer_by"
    DUE_LAST = "-answer_by"

    @property
    def column(self) -> str:
        """The column of the moment."""
        return self.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether the latest comes first."""
        return self.startswith("-")


class Place(NamedTuple):
    """After which row a page begins; as text, the cursor."""

    sort: Sort
    moment: datetime
    row_id: UUID

    @classmethod
    def of(cls, cursor: str) -> Self:
        """Return the place of a cursor; ValueError where it is none of ours."""
        sort, moment, row_id = base64.urlsafe_b64decode(cursor).decode().split("|")
        return cls(Sort(sort), MOMENT.validate_python(moment), UUID(hex=row_id))

    def cursor(self) -> str:
        """Return the cursor of this place."""
        text = f"{self.sort}|{self.moment.isoformat()}|{self.row_id.hex}"
        return base64.urlsafe_b64encode(text.encode()).decode()


A_PLACE = Place(
    Sort.NEWEST,
    datetime(2026, 12, 1, 15, tzinfo=UTC),
    UUID("6f1f2f0e-8d5c-4b8e-9a53-0d4a3a1f7c11"),
)


def _place(value: object) -> Place | None:
    if value is None:
        return None
    try:
        return Place.of(str(value))
    except ValueError:
        raise PydanticCustomError("cursor-unknown", NOT_OURS) from None


# Read as a whole: the parts of a place are nobody's business.
PLACE = core_schema.no_info_plain_validator_function(_place)
Cursor = Annotated[
    Place | None,
    GetPydanticSchema(lambda _source, _handler: PLACE),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "maxLength": 200}, {"type": "null"}],
            "examples": [A_PLACE.cursor()],
        }
    ),
]
