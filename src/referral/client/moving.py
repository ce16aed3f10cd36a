"""Whether a move that was sent twice was made: what its record says of it. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx

from referral.appointments.representations import RequestDetail
from referral.client.calls import reading
from referral.client.errors import StaleError

CHANGED: Mapping[str, Any] = {
    "code": "stale",
    "title": "It has changed since you read it",
    "detail": "Somebody changed this request after you read it. Read it again.",
}
# What the history repeats of a move's own words.
CODES = frozenset({"reason", "next_step"})
# Events of a request that leave it at the version it has.
NO_VERSION = frozenset({"appointment.noted", "appointment.erased"})


def moved_as_asked(
    version: int, body: Mapping[str, Any]
) -> Callable[[httpx.Response], RequestDetail]:
    """Return how to read the request after a repeat was refused: as it is, or StaleError.

    It is as asked if the one move made at `version` is the move of `body`.
    """

    def read(response: httpx.Response) -> RequestDetail:
        detail = reading(RequestDetail)(response)
        if not _made(detail, version, body):
            raise StaleError(412, {**CHANGED, "version": detail.version})
        return detail

    return read


def _made(detail: RequestDetail, version: int, body: Mapping[str, Any]) -> bool:
    """Say whether the change after `version` is the move of `body`: the first made version 1."""
    changes = [item.data for item in detail.history if item.kind not in NO_VERSION]
    if not version < detail.version == len(changes):
        return False
    done = changes[version]
    if any(done.get(name) != body[name] for name in {"action", *CODES} & body.keys()):
        return False
    # Times stand in the record, not in its history, and only until the next move.
    asked = _asked(body)
    return not asked or (detail.version == version + 1 and asked == _held(detail))


def _asked(body: Mapping[str, Any]) -> set[datetime]:
    times = body.get("times", [body] if "starts_at" in body else [])
    return {datetime.fromisoformat(time["starts_at"]) for time in times}


def _held(detail: RequestDetail) -> set[datetime]:
    booked = {detail.starts_at} if detail.starts_at else set()
    return {time.starts_at for time in detail.offered_times} or booked
