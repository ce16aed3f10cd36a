"""What a clinic may ask of its list: which requests, in which order, which of their members."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    StrictBool,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from referral.appointments.contacts import Contact
from referral.appointments.desk.places import NOT_OURS, Cursor, Place, Sort
from referral.appointments.reference import is_reference, written
from referral.appointments.representations import RequestRow
from referral.appointments.states import WAITING, State
from referral.policies import MOST_CODES
from referral.symptoms.levels import Level
from referral.text import N_
from referral.web.moments import Moment
from referral.web.numbers import NO_BOOLEAN

NO_REFERENCE = N_("Write a reference as we gave it: eight letters and digits, like K7QF-3M9P.")
NO_ASSIGNEE = N_("Send the id of a key of your clinic, or nobody.")


class Needs(StrEnum):
    """What waits for the clinic: an answer, another time for a visit, or a call."""

    ANSWER = "answer"
    REBOOKING = "rebooking"
    CALL = "call"


def _reference(value: str) -> str:
    reference = written(value)
    if not is_reference(reference):
        raise PydanticCustomError("reference", NO_REFERENCE)
    return reference


def _assignee(value: object, check: ValidatorFunctionWrapHandler) -> object:
    try:
        return check(value)
    except ValidationError:
        raise PydanticCustomError("assignee", NO_ASSIGNEE) from None


def _split(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [name for item in value for name in str(item).split(",")]


Reference = Annotated[str, Field(max_length=20), AfterValidator(_reference)]
Assignee = Annotated[UUID | Literal["nobody"], WrapValidator(_assignee)]
MEMBERS = core_schema.literal_schema(list(RequestRow.model_fields))
Member = Annotated[str, GetPydanticSchema(lambda _source, _handler: MEMBERS)]


class Choice(BaseModel):
    """Which requests of a clinic are wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: list[State] = Field(
        default=[],
        max_length=MOST_CODES,
        description="where it stands; any of several",
        examples=[["requested"]],
    )
    needs: Needs | None = Field(default=None, description="what waits for you", examples=["answer"])
    overdue: bool = Field(
        default=False, description="only those past their promised date", examples=[True]
    )
    level: list[Level] = Field(
        default=[],
        max_length=MOST_CODES,
        description="how urgent the answers are",
        examples=[["see-doctor-first"]],
    )
    reference: Reference | None = Field(
        default=None, description="in any usual way of writing", examples=["K7QF-3M9P"]
    )
    chiropractor_id: UUID | None = Field(
        default=None,
        description="whose visit it is",
        examples=["9c4e7d21-3b5a-4f68-b1d0-6a8e2f0c7d35"],
    )
    assignee: Assignee | None = Field(
        default=None, description="the id of the key that looks after it", examples=["nobody"]
    )
    created_from: Moment | None = Field(
        default=None, description="sent then or later", examples=["2026-12-01T00:00:00-05:00"]
    )
    created_before: Moment | None = Field(
        default=None, description="sent before then", examples=["2027-01-01T00:00:00-05:00"]
    )
    updated_since: Moment | None = Field(
        default=None, description="changed then or later", examples=["2026-12-01T00:00:00-05:00"]
    )


class Filters(Choice):
    """Which requests of a clinic to list, in which order, and from where on."""

    sort: Sort = Field(
        default=Sort.NEWEST, description="a minus: the latest first", examples=["answer_by"]
    )
    fields: Annotated[list[Member], BeforeValidator(_split)] = Field(
        default=[],
        max_length=MOST_CODES,
        description="the members that each item has, comma separated or repeated; `id` always",
        examples=[["reference", "state"]],
    )
    limit: Annotated[int, Field(ge=1, le=200), NO_BOOLEAN] = Field(
        default=50, description="how many at most", examples=[50]
    )
    cursor: Cursor = Field(
        default=None,
        description="`next` of a page of the same sort",
    )

    @field_validator("cursor")
    @classmethod
    def _of_this_sort(cls, value: Place | None, info: ValidationInfo) -> Place | None:
        if value is not None and value.sort != info.data.get("sort", value.sort):
            raise PydanticCustomError("cursor-unknown", NOT_OURS)
        return value


class Search(Filters):
    """The same for a body, where what is personal may stand."""

    overdue: StrictBool = Field(
        default=False, description="only those past their promised date", examples=[True]
    )
    contact: Contact | None = Field(
        default=None,
        description="one e-mail address or phone number of the person who asked",
        examples=["ada@example.com"],
    )


def asked(choice: Choice) -> dict[str, Any]:
    """Return the values of the conditions that `choice` asks for, by the conditions' names."""
    values = {
        "on_desk": choice.needs is not None or choice.overdue or None,
        "states": _states(choice),
        "overdue": choice.overdue or None,
        "rebooking": choice.needs is Needs.REBOOKING or None,
        "call": choice.needs is Needs.CALL or None,
        "levels": choice.level or None,
        "reference": choice.reference,
        "chiropractor_id": choice.chiropractor_id,
        "assignee": choice.assignee if isinstance(choice.assignee, UUID) else None,
        "unassigned": choice.assignee == "nobody" or None,
        "created_from": choice.created_from,
        "created_before": choice.created_before,
        "updated_since": choice.updated_since,
    }
    return {name: value for name, value in values.items() if value is not None}


def _states(choice: Choice) -> Sequence[State] | None:
    wanted = set(choice.state or State)
    if choice.needs is Needs.ANSWER:
        wanted &= set(WAITING)
    return sorted(wanted) if len(wanted) < len(State) else None
