"""What goes out: a request as staff see it, and as the person who sent it sees it."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from referral.appointments.promise import PartOfDay
from referral.appointments.reasons import DeclineReason, NextStep
from referral.appointments.states import Action, State
from referral.symptoms.schemas import MatchedRule


class Window(BaseModel):
    """A part of a day in the clinic's time zone."""

    date: date
    part: PartOfDay


class Booking(BaseModel):
    """A booked time; RFC 3339 with the clinic's offset."""

    starts_at: datetime
    ends_at: datetime
    timezone: str
    chiropractor_id: UUID | None


class OfferedTime(BaseModel):
    """A time that is held for the person until the offer ends; accept it by its id."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    chiropractor_id: UUID | None


class Decision(BaseModel):
    """What the clinic wrote when it said no or called it off."""

    reason: DeclineReason | None
    next_step: NextStep | None
    message: str


class RequestRow(BaseModel):
    """A request in a list: what is needed to work through it, and nothing personal.

    `phone_only`: the person gave no e-mail address; `call_due_since`: since when there is news
    that only a call can bring; `unreachable`: neither can a call, for mail to the person fails and
    they gave no phone number. `assignee`: the staff key that looks after it.
    """

    id: UUID
    reference: str
    state: State
    version: int
    available_actions: list[Action]
    level: str
    answer_by: datetime
    overdue: bool
    preferred_windows: list[Window]
    starts_at: datetime | None
    ends_at: datetime | None
    chiropractor_id: UUID | None
    offer_expires_at: datetime | None
    wants_move: bool
    phone_only: bool
    call_due_since: datetime | None
    unreachable: bool
    assignee: UUID | None
    created_at: datetime
    updated_at: datetime


def _only_id_is_sure(schema: dict[str, Any]) -> None:
    schema["required"] = ["id"]


class RequestPart(RequestRow):
    """A request in a list that was asked for with `fields`: `id`, and the members named."""

    model_config = ConfigDict(json_schema_extra=_only_id_is_sure)


class RequestPage(BaseModel):
    """A page of a list; `next` is the cursor of the page after it, also in the `Link` header."""

    items: list[RequestRow | RequestPart]
    next: str | None


class Contact(BaseModel):
    """Who asks, and how to reach them."""

    requesting_for: str
    name: str
    patient_name: str | None
    email: str | None
    phone: str | None
    preferred_contact: str


class Person(Contact):
    """Who asks, how to reach them, and what they wrote."""

    note: str


class AssessmentSeen(BaseModel):
    """What the person answered, and which rules led where, under the version of that day."""

    level: str
    rules_version: str
    rules: list[MatchedRule]
    flags: list[str]
    answers: dict[str, Any]


class HistoryItem(BaseModel):
    """One event of the request."""

    kind: str
    at: datetime
    actor: str
    data: dict[str, Any]


class RequestDetail(RequestRow):
    """Everything that the clinic may know about a request."""

    clinic_id: UUID
    doctor_cleared: bool
    consent_version: str
    language: Literal["en", "es"] = Field(
        description="in which the person asked, and gets letters: English or Spanish"
    )
    booking: Booking | None
    offered_times: list[OfferedTime]
    decision: Decision | None
    person: Person | None = Field(description="null once the person's data were erased")
    assessment: AssessmentSeen | None = Field(description="null once it was erased")
    history: list[HistoryItem]


class NoteAuthor(BaseModel):
    """The key under which a note was written, and what the clinic calls it."""

    key_id: UUID
    label: str = Field(examples=["front desk"])


class NoteShown(BaseModel):
    """What staff noted about a request for each other; the person never sees it."""

    id: UUID
    text: str | None = Field(description="null once the person's data were erased")
    author: NoteAuthor
    at: datetime


class NotePage(BaseModel):
    """A page of notes; `next` is the cursor of the page after it, also in the `Link` header."""

    items: list[NoteShown]
    next: UUID | None


class RequestSent(BaseModel):
    """The answer to a new request. The token opens the follow page; it is shown only here."""

    id: UUID
    reference: str
    clinic_id: UUID
    state: State
    answer_by: datetime
    created_at: datetime
    follow_token: str
    follow_url: str
    spoken_code: str = Field(description="Opens the follow page together with the reference.")


class FollowedClinic(BaseModel):
    """The clinic that was asked, as far as the person needs it."""

    id: UUID
    name: str
    phone: str
    timezone: str


class Followed(BaseModel):
    """A request as the person sees it: no contact details, no health answers."""

    reference: str
    state: State
    version: int
    available_actions: list[Action]
    clinic: FollowedClinic
    answer_by: datetime
    expires_at: datetime | None = Field(
        description="While an answer is owed: when the request ends without one."
    )
    preferred_windows: list[Window]
    booking: Booking | None
    offered_times: list[OfferedTime]
    offer_expires_at: datetime | None
    wants_move: bool
    ask_again_until: datetime | None = Field(
        description="After a missed visit: until when another time can be asked for."
    )
    phone_only: bool
    spoken_code: str
    sent_on_token: str | None = Field(description="Opens the request to the next clinic.")
    decision: Decision | None
    created_at: datetime
    history: list[HistoryItem]
