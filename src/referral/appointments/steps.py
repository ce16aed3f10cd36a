"""What comes in: the moves that staff and patients make."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from referral.appointments.reasons import DeclineReason, NextStep
from referral.appointments.schemas import Text
from referral.appointments.states import Action
from referral.text import N_
from referral.web.moments import Moment


class Receive(BaseModel):
    """The clinic has seen the request."""

    model_config = ConfigDict(extra="forbid")
    action: Literal[Action.RECEIVE]


class Book(BaseModel):
    """The clinic books a time inside a window that the person gave."""

    model_config = ConfigDict(extra="forbid")
    action: Literal[Action.BOOK]
    starts_at: Moment
    minutes: int = Field(default=30, ge=5, le=240)
    chiropractor_id: UUID | None = None


class Decline(BaseModel):
    """The clinic says no, why, and what the person can do next; `other` needs a message."""

    model_config = ConfigDict(extra="forbid")
    action: Literal[Action.DECLINE]
    reason: DeclineReason
    next_step: NextStep
    message: Text = Field(default="", validate_default=True)

    @field_validator("message")
    @classmethod
    def _other_is_explained(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("reason") == DeclineReason.OTHER and not value:
            raise PydanticCustomError("unexplained", N_("Explain the reason in a few words."))
        return value


class Cancel(BaseModel):
    """Either side calls it off; a message is for the person."""

    model_config = ConfigDict(extra="forbid")
    action: Literal[Action.CANCEL]
    message: Text = ""


StaffMove = Annotated[Receive | Book | Decline | Cancel, Field(discriminator="action")]


class PatientCancel(BaseModel):
    """The one move a person makes by link."""

    model_config = ConfigDict(extra="forbid")
    action: Literal[Action.CANCEL]
