"""What comes in: what staff do with a request beside moving it along."""

from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)
from pydantic_core import PydanticCustomError

from referral.appointments.schemas import line_feeds, printable
from referral.appointments.steps import StaffMove
from referral.text import N_
from referral.web.numbers import NO_BOOLEAN

MOST_MOVES = 50
NoteText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(printable),
    BeforeValidator(line_feeds),
]


class Assignment(BaseModel):
    """To which key of the clinic a request is given; null gives it to nobody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key_id: UUID | None = Field(examples=["3d2a1f60-4c1b-4f0e-9a77-2f6f0a9b8c7d"])


class NewNote(BaseModel):
    """A note for colleagues; the person never sees it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: NoteText = Field(examples=["Prefers Dr. Example. Called on Monday, no answer."])


class NotesWanted(BaseModel):
    """Which notes of a request to list; `cursor` is the id of the last one that was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=50, ge=1, le=200, description="how many at most", examples=[50])
    cursor: UUID | None = Field(
        default=None,
        description="`next` of the page before",
        examples=["c5a7e9b1-2d4f-4a68-8c0e-1f3b5d7a9c20"],
    )


class OneMove(BaseModel):
    """A move of one of many requests; `version` is the one that you read, as in `If-Match`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID
    version: Annotated[int, Field(ge=1), NO_BOOLEAN] = Field(examples=[3])
    move: StaffMove = Field(examples=[{"action": "receive"}])


class ManyMoves(BaseModel):
    """Up to 50 moves, each of another request."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: tuple[OneMove, ...] = Field(min_length=1, max_length=MOST_MOVES)

    @field_validator("items")
    @classmethod
    def _each_request_once(cls, value: tuple[OneMove, ...]) -> tuple[OneMove, ...]:
        if len({item.id for item in value}) < len(value):
            raise PydanticCustomError("named_twice", N_("Name each request only once in a call."))
        return value
