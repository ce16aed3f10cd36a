"""Secrets of a webhook, sealed while they rest, and the headers that prove who sent (v1).

Standard Webhooks 1.0: https://github.com/standard-webhooks/standard-webhooks
"""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks import Webhook as Signer

from referral.errors import ConflictError
from referral.text import N_
from referral.vault import RowKey

PLACE = "webhooks.secrets"
PREFIX = "whsec_"
BYTES = 32
OLD_HOLDS = timedelta(hours=24)
MOST = 5


@dataclass(frozen=True, slots=True)
class Secret:
    """What one signature is made with; `until` is when an old one ends."""

    value: str
    until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is sealed."""
        return {"value": self.value, "until": self.until and self.until.isoformat()}


def new_secret() -> Secret:
    """Return a fresh secret of 256 bits."""
    return Secret(PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode())


def rotated(known: Sequence[Secret], *, now: datetime) -> list[Secret]:
    """Return a new secret and before it those that still hold, the present one for 24 hours.

    All of them sign, so that a receiver who lost one answer of ours is not cut off. ConflictError
    where five hold already.
    """
    holding = valid(known, now=now)
    if len(holding) >= MOST:
        raise ConflictError(
            N_("The secret was changed too often today. The old ones must end first."),
            code="rotated-too-often",
        )
    return [*(Secret(old.value, old.until or now + OLD_HOLDS) for old in holding), new_secret()]


def valid(known: Sequence[Secret], *, now: datetime) -> list[Secret]:
    """Return the secrets that sign at `now`."""
    return [secret for secret in known if secret.until is None or secret.until > now]


def seal(key: RowKey, known: Sequence[Secret]) -> bytes:
    """Return the secrets as they are stored."""
    return key.seal(PLACE, {"secrets": [secret.as_json() for secret in known]})


def unseal(key: RowKey, box: bytes) -> list[Secret]:
    """Return the secrets that were stored, the newest last."""
    return [
        Secret(one["value"], one["until"] and datetime.fromisoformat(one["until"]))
        for one in key.unseal(PLACE, box)["secrets"]
    ]


def signed(
    message_id: str, body: bytes, known: Sequence[Secret], *, now: datetime
) -> dict[str, str]:
    """Return the headers of a message that is sent at `now`; the newest secret signs first."""
    # The library writes its own idea of UTC over whatever zone it gets.
    moment = now.astimezone(UTC)
    signatures = [
        Signer(secret.value).sign(message_id, moment, body.decode())
        for secret in reversed(valid(known, now=now))
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
