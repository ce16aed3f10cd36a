"""What goes out about webhooks: one, with its secret once, a ping's outcome, and the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from referral.webhooks.codes import Failure, Pause

EXAMPLE: dict[str, Any] = {
    "id": "5d0f6a3f-1c11-4b8e-9a53-0b9a7c9e3c56",
    "label": "Front desk",
    "url": "https://desk.example.com/referral",
    "created_at": "2026-12-01T15:00:00Z",
    "delivered": 42,
    "behind": 0,
    "failures": 0,
    "next_attempt_at": None,
    "paused_at": None,
    "paused_because": None,
}
EXAMPLE_SECRET = "whsec_ZXhhbXBsZSBvbmx5OiBub3RoaW5nIGlzIHNpZ25lZCE="  # noqa: S105 - nothing was ever signed with it
TRIED: dict[str, Any] = {
    "at": "2026-12-01T15:00:01Z",
    "status": 204,
    "error": None,
    "milliseconds": 81,
}


class WebhookShown(BaseModel):
    """A webhook and how far it has come.

    `delivered` is the number of the last event that was taken, `behind` how many wait after it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: UUID
    label: str
    url: str
    created_at: datetime
    delivered: int
    behind: int
    failures: int = Field(description="failed attempts at the next event")
    next_attempt_at: datetime | None = Field(description="when that is tried again")
    paused_at: datetime | None
    paused_because: Pause | None


class WebhookCreated(WebhookShown):
    """A new webhook with its secret, which is not shown again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [EXAMPLE | {"secret": EXAMPLE_SECRET}]}
    )

    secret: str


class WebhookList(BaseModel):
    """A clinic's webhooks, oldest first: five at most."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE]}]})

    items: list[WebhookShown]


class NewSecret(BaseModel):
    """The secret that signs first from now on; the old one goes on signing until `old_until`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"secret": EXAMPLE_SECRET, "old_until": "2026-12-02T15:00:00Z"}]
        }
    )

    secret: str
    old_until: datetime


class Tried(BaseModel):
    """What came of an attempt: the status of the answer, or why there was none."""

    model_config = ConfigDict(json_schema_extra={"examples": [TRIED]})

    at: datetime
    status: int | None
    error: Failure | None
    milliseconds: int


class DeliveryShown(Tried):
    """An attempt; `number` is the event's, and a ping has none."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"entry": 57, "number": 42, "attempt": 1} | TRIED]}
    )

    entry: int = Field(description="counts the attempts of this webhook from 1")
    number: int | None
    attempt: int


class DeliveryPage(BaseModel):
    """Attempts, newest first; `next` is what to send as `before` for the older ones."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [{"entry": 57, "number": 42, "attempt": 1} | TRIED], "next": 57}]
        }
    )

    items: list[DeliveryShown]
    next: int | None
