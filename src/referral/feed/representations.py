"""What goes out: one event, in the same words in every form of the feed, and a page of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from referral.appointments.states import Action, Actor, State

EXAMPLE: dict[str, Any] = {
    "number": 42,
    "id": "0b9a7c9e-3c56-4d0f-8f3f-5f0f6a3f1c11",
    "type": "request.offered",
    "request_id": "6f1f2f0e-8d5c-4b8e-9a53-0d4a3a1f7c11",
    "actor": "staff:3d2a1f60-4c1b-4f0e-9a77-2f6f0a9b8c7d",
    "at": "2026-12-01T15:00:00Z",
    "data": {"from": "received", "times": 2, "offer_expires_at": "2026-12-02T15:00:00Z"},
}


class EventData(BaseModel):
    """What programs are told of an event; a member that does not apply is left out.

    The log also holds why a request was declined and which clinic it went to. That says something
    about the person's health or ways, so it is read from the request and never sent about.
    """

    from_: State | None = Field(default=None, alias="from", description="the state before")
    by: Actor | None = Field(default=None, description="who called off, or noted the visit")
    times: int | None = Field(default=None, description="how many times were offered")
    offer_expires_at: datetime | None = None
    visit_starts_at: datetime | None = Field(
        default=None, description="the visit that is off now, or was before it moved"
    )
    visit_ends_at: datetime | None = None
    undone: Action | None = Field(default=None, description="the move that was taken back")
    sent_on: bool | None = Field(default=None, description="it comes from another clinic")
    note_id: UUID | None = None
    assignee: UUID | None = Field(default=None, description="a key's id, null for nobody")


class FeedEvent(BaseModel):
    """One event: `number` counts your clinic's events from 1 and leaves none out."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    number: int = Field(ge=1)
    id: UUID = Field(description="the same in every form of the feed")
    type: str = Field(description="`request.` and what happened; new ones may be added")
    request_id: UUID
    actor: str = Field(description="`patient`, `system`, or `staff:` and the key's id")
    at: datetime
    data: EventData

    def as_json(self) -> str:
        """Return the event as every form of the feed sends it."""
        return self.model_dump_json(by_alias=True, exclude_unset=True)


class FeedPage(BaseModel):
    """Events in order; `last` is what to send as `after` next time."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [EXAMPLE], "last": 42, "newest": 57}]}
    )

    items: list[FeedEvent]
    last: int
    newest: int = Field(description="the number of your clinic's last event, 0 before the first")
