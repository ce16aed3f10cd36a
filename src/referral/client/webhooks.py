"""A clinic's webhooks, with a key of the scope `admin`: each verb makes a call."""

from collections.abc import Sequence
from uuid import UUID

from referral.client.calls import API, Call, Page, body, creating, listing, reading
from referral.webhooks.representations import (
    DeliveryPage,
    DeliveryShown,
    NewSecret,
    Tried,
    WebhookCreated,
    WebhookList,
    WebhookShown,
)

WEBHOOKS = f"{API}/webhooks"
# The service gives a receiver 15 seconds.
LONGEST_PING = 30.0


def webhooks() -> Call[Sequence[WebhookShown]]:
    """List your clinic's webhooks and how far each has come."""
    read = reading(WebhookList)
    return Call("GET", WEBHOOKS, lambda response: read(response).items)


def webhook(webhook_id: UUID | str) -> Call[WebhookShown]:
    """Read one webhook."""
    return Call("GET", _address(webhook_id), reading(WebhookShown))


def create_webhook(url: str, label: str, *, after: int | None = None) -> Call[WebhookCreated]:
    """Have events sent to `url`, from now on or `after` a number; the secret is shown only here."""
    return creating(WEBHOOKS, WebhookCreated, url=url, label=label, after=after)


def update_webhook(
    webhook_id: UUID | str,
    *,
    url: str | None = None,
    label: str | None = None,
    paused: bool | None = None,
) -> Call[WebhookShown]:
    """Change what is given; `paused=False` goes on from where it stopped."""
    changes = body(url=url, label=label, paused=paused)
    return Call("PATCH", _address(webhook_id), reading(WebhookShown), json=changes)


def delete_webhook(webhook_id: UUID | str) -> Call[None]:
    """Send nothing more, and forget the webhook and its log."""
    return Call("DELETE", _address(webhook_id), lambda _: None)


def rotate_webhook_secret(webhook_id: UUID | str) -> Call[NewSecret]:
    """Make a new secret, shown only here; the old one goes on signing beside it for 24 hours."""
    return Call("POST", f"{_address(webhook_id)}/rotate", reading(NewSecret))


def ping_webhook(webhook_id: UUID | str) -> Call[Tried]:
    """Send a `webhook.ping` now, and say what came of it."""
    path = f"{_address(webhook_id)}/ping"
    return Call("POST", path, reading(Tried), timeout=LONGEST_PING)


def replay_webhook(webhook_id: UUID | str, after: int) -> Call[WebhookShown]:
    """Send all events after a number, in order; again, where they were delivered before."""
    path = f"{_address(webhook_id)}/replay"
    return Call("POST", path, reading(WebhookShown), json=body(after=after))


def webhook_deliveries(webhook_id: UUID | str, *, limit: int = 50) -> Call[Page[DeliveryShown]]:
    """List the attempts of the last 30 days, newest first; `limit` is the size of a page."""
    read = reading(DeliveryPage)
    path = f"{_address(webhook_id)}/deliveries"
    return listing(path, lambda page: read(page).items, limit=limit)


def _address(webhook_id: UUID | str) -> str:
    return f"{WEBHOOKS}/{UUID(str(webhook_id))}"
