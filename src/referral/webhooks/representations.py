"""What goes out about webhooks: one, with its secret once, a ping's outcome, and the log."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from referral.webhooks.codes import Failure, Pause


class WebhookShown(BaseModel):
    """A webhook and how far it has come.

    `delivered` is the number of the last event that was taken, `behind` how many wait after it.
    """

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

    secret: str


class WebhookList(BaseModel):
    """A clinic's webhooks, oldest first: five at most."""

    items: list[WebhookShown]


class NewSecret(BaseModel):
    """The secret that signs first from now on; the old one goes on signing until `old_until`."""

    secret: str
    old_until: datetime


class Tried(BaseModel):
    """What came of an attempt: the status of the answer, or why there was none."""

    at: datetime
    status: int | None
    error: Failure | None
    milliseconds: int


class DeliveryShown(Tried):
    """An attempt; `number` is the event's, and a ping has none."""

    entry: int = Field(description="counts the attempts of this webhook from 1")
    number: int | None
    attempt: int


class DeliveryPage(BaseModel):
    """Attempts, newest first; `next` is what to send as `before` for the older ones."""

    items: list[DeliveryShown]
    next: int | None
