"""What a person gets who asks for a copy of what is held about them, and what they say for it."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from referral.appointments.contacts import Contact
from referral.appointments.representations import (
    AssessmentSeen,
    Booking,
    Decision,
    FollowedClinic,
    HistoryItem,
    LookItem,
    OfferedTime,
    Person,
    Window,
)
from referral.appointments.states import State


class CopyAsked(BaseModel):
    """A contact detail that was given with the request: the link alone shows none of them."""

    model_config = ConfigDict(extra="forbid")

    contact: Contact = Field(
        description="the e-mail address or phone number of the request",
        examples=["ada@example.com"],
    )


class LetterSent(BaseModel):
    """A letter to the person. Its text is not kept."""

    kind: str = Field(examples=["booked"])
    sent_at: datetime


class CopiedRequest(BaseModel):
    """All that is held about a person who asked one clinic; times in the clinic's time zone."""

    reference: str
    state: State
    clinic: FollowedClinic
    person: Person
    level: str
    doctor_cleared: bool
    assessment: AssessmentSeen | None
    preferred_windows: list[Window]
    also_ask: list[str] = Field(
        description="names of clinics that it may go to next", examples=[["Second Spine"]]
    )
    language: str
    consent_version: str
    consent: list[str] = Field(
        description="what was agreed to", examples=[["I understand that this is no diagnosis."]]
    )
    created_at: datetime
    answer_by: datetime
    booking: Booking | None
    offered_times: list[OfferedTime]
    decision: Decision | None
    history: list[HistoryItem]
    letters: list[LetterSent] = Field(description="newest first, 100 at most")
    looks: list[LookItem] = Field(description="who of the clinic saw it, newest first")
    more_looks: bool = Field(description="Whether there are older ones.")


class Copy(BaseModel):
    """All that is held about a need: the request of the link, those it came from or went on to."""

    made_at: datetime
    requests: list[CopiedRequest]
