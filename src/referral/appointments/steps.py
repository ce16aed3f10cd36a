"""What comes in: the moves that staff and patients make."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from referral.appointments.reasons import CONTRADICTIONS, DeclineReason, NextStep
from referral.appointments.schemas import PreferredWindows, Text
from referral.appointments.states import Action
from referral.text import N_
from referral.web.moments import Moment
from referral.web.numbers import NO_BOOLEAN

# A calendar is kept in cells of this many minutes, so that no two visits can share one.
CELL_MINUTES = 5
MOST_TIMES = 5


def _on_the_grid(value: datetime) -> datetime:
    # The grid is one for all: an offset such as +00:03 must not shift it.
    at = value.astimezone(UTC)
    if at.minute % CELL_MINUTES or at.second or at.microsecond:
        raise PydanticCustomError(
            "off_the_grid", N_("Choose a time at a full five minutes, such as 9:05.")
        )
    return value


Start = Annotated[Moment, AfterValidator(_on_the_grid)]
Minutes = Annotated[int, Field(ge=CELL_MINUTES, le=240, multiple_of=CELL_MINUTES), NO_BOOLEAN]


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class VisitTime(_Step):
    """A time for a visit.

    Without a chiropractor it goes to the first of the clinic's who is free; a visit that moves
    stays with its own.
    """

    starts_at: Start
    minutes: Minutes = 30
    chiropractor_id: UUID | None = None


class Receive(_Step):
    """The clinic has seen the request."""

    action: Literal[Action.RECEIVE]


class Offer(_Step):
    """The clinic offers one to five times and holds them until the offer ends (default: a day)."""

    action: Literal[Action.OFFER]
    times: tuple[VisitTime, ...] = Field(min_length=1, max_length=MOST_TIMES)
    expires_at: Moment | None = None
    message: Text = ""


class Book(VisitTime):
    """The clinic books a time inside a window that the person gave."""

    action: Literal[Action.BOOK]


class Move(VisitTime):
    """The clinic moves a booked visit to a time inside a window that the person gave."""

    action: Literal[Action.MOVE]


class Release(_Step):
    """The clinic cannot keep a booked time; the request waits for an answer again."""

    action: Literal[Action.RELEASE]
    message: Text = ""


class Waitlist(_Step):
    """The clinic puts the person on its waiting list."""

    action: Literal[Action.WAITLIST]
    message: Text = ""


class Decline(_Step):
    """The clinic says no, why, and what the person can do next.

    `other` needs a message; `needs_medical_check` never goes with `other_clinic`.
    """

    action: Literal[Action.DECLINE]
    reason: DeclineReason
    next_step: NextStep
    message: Text = Field(default="", validate_default=True)

    @field_validator("next_step")
    @classmethod
    def _fits_the_reason(cls, value: NextStep, info: ValidationInfo) -> NextStep:
        if (info.data.get("reason"), value) in CONTRADICTIONS:
            raise PydanticCustomError(
                "needs_a_doctor",
                N_("A person who needs a medical check first cannot be sent to another clinic."),
            )
        return value

    @field_validator("message")
    @classmethod
    def _other_is_explained(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("reason") == DeclineReason.OTHER and not value:
            raise PydanticCustomError("unexplained", N_("Explain the reason in a few words."))
        return value


class Cancel(_Step):
    """The clinic calls it off; the message is for the person."""

    action: Literal[Action.CANCEL]
    message: Text = ""


class Mark(_Step):
    """What became of the visit; `called`: the person was told by phone.

    `undo` takes back your own last move, within ten minutes.
    """

    action: Literal[
        Action.ARRIVE,
        Action.COMPLETE,
        Action.NO_SHOW,
        Action.CALLED,
        Action.UNDO,
        Action.ENTER_IN_ERROR,
    ]


class Accept(_Step):
    """The person takes one of the offered times."""

    action: Literal[Action.ACCEPT]
    time_id: UUID


class NewWindows(_Step):
    """None of the offered times fits, the visit should move, or a missed visit be made up."""

    action: Literal[Action.REFUSE, Action.ASK_MOVE, Action.ASK_AGAIN]
    preferred_windows: PreferredWindows


class SendOn(_Step):
    """The person sends the request, as it is, to another clinic after this one's no."""

    action: Literal[Action.SEND_ON]
    clinic_id: UUID


class PatientStep(_Step):
    """The person calls it off, or stops the notices about the waiting list."""

    action: Literal[Action.CANCEL, Action.STOP_NOTICES]


class SystemStep(_Step):
    """What time does by itself."""

    action: Literal[Action.LAPSE, Action.EXPIRE, Action.COMPLETE, Action.CANCEL]


StaffMove = Annotated[
    Receive | Offer | Book | Move | Release | Waitlist | Decline | Cancel | Mark,
    Field(discriminator="action"),
]
PatientMove = Annotated[Accept | NewWindows | SendOn | PatientStep, Field(discriminator="action")]
