"""A test message, sent while its caller waits: it is no event and has no place in their order."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import Session

from referral.errors import TooManyError
from referral.text import N_
from referral.vault import Vault
from referral.webhooks import log, signing
from referral.webhooks.representations import Tried
from referral.webhooks.sending import Outcome, Sender
from referral.webhooks.service import Place, own

# As long as one can take: no two are on their way at once.
BETWEEN = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Ping:
    """A message that is ready to go."""

    place: Place
    url: str
    headers: dict[str, str]
    body: bytes


def prepare(session: Session, place: Place, *, vault: Vault, now: datetime) -> Ping:
    """Return a ping of a webhook, paused or not; TooManyError within 15 seconds of the last."""
    webhook = own(session, place, to_change=True)
    if webhook.pinged_at is not None and now < webhook.pinged_at + BETWEEN:
        raise TooManyError(
            N_("This webhook was pinged a moment ago. Wait a little, then try again."),
            wait=webhook.pinged_at + BETWEEN - now,
        )
    webhook.pinged_at = now
    message_id = str(uuid4())
    told = {"id": message_id, "type": "webhook.ping", "at": now.isoformat(), "data": {}}
    body = json.dumps(told, separators=(",", ":")).encode()
    known = signing.unseal(vault.open_key(webhook.id, webhook.wrapped_key), webhook.secrets)
    return Ping(place, webhook.url, signing.signed(message_id, body, known, now=now), body)


def send(ping: Ping, sender: Sender) -> Outcome:
    """Send it: up to 15 seconds, so outside of any transaction."""
    with sender.line(ping.url) as line:
        return line.post(ping.headers, ping.body)


def note(session: Session, ping: Ping, outcome: Outcome, *, now: datetime) -> Tried:
    """Write down what came of it and return that; NotFoundError if the webhook is gone meanwhile.

    A receiver that is back need not wait for the next attempt: what is due to it is tried at once.
    """
    webhook = own(session, ping.place, to_change=True)
    log.note(session, webhook, outcome, number=None, now=now)
    if outcome.is_taken:
        webhook.due_at = min(webhook.due_at, now)
    return Tried(
        at=now,
        status=outcome.status,
        error=outcome.failure,
        milliseconds=outcome.milliseconds,
    )
