"""Whether a move that was sent twice was made: what its record says of it. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx

from referral.appointments.representations import HistoryItem, RequestDetail
from referral.client.calls import reading
from referral.client.errors import StaleError

CHANGED: Mapping[str, Any] = {
    "code": "stale",
    "title": "It has changed since you read it",
    "detail": "Somebody changed this request after you read it. Read it again.",
}
# What the history repeats of a move's own words.
CODES = frozenset({"reason", "next_step"})
ASSIGNED = "appointment.assigned"
# Events of a request that leave it at the version it has.
NO_VERSION = frozenset({"appointment.noted", "appointment.erased", "appointment.mail_failed"})


def moved_as_asked(
    version: int, body: Mapping[str, Any]
) -> Callable[[httpx.Response], RequestDetail]:
    """Return how to read the request after a repeat was refused: as it is, or StaleError.

    It is as asked if the one move made at `version` is the move of `body`.
    """
    return _reading(version, lambda detail, change: _made(detail, change, version, body))


def assigned_as_asked(
    version: int, key_id: str | None
) -> Callable[[httpx.Response], RequestDetail]:
    """Return the same for a request that was to be given to a key, or to nobody."""

    def given(_: RequestDetail, change: HistoryItem) -> bool:
        return change.kind == ASSIGNED and change.data.get("assignee") == key_id

    return _reading(version, given)


def _reading(
    version: int, as_asked: Callable[[RequestDetail, HistoryItem], bool]
) -> Callable[[httpx.Response], RequestDetail]:
    def read(response: httpx.Response) -> RequestDetail:
        detail = reading(RequestDetail)(response)
        change = _change_after(version, detail)
        if change is None or not as_asked(detail, change):
            raise StaleError(412, {**CHANGED, "version": detail.version})
        return detail

    return read


def _change_after(version: int, detail: RequestDetail) -> HistoryItem | None:
    """Return what was done to the request as it was at `version`: the first made version 1."""
    changes = [item for item in detail.history if item.kind not in NO_VERSION]
    return changes[version] if version < detail.version == len(changes) else None


def _made(
    detail: RequestDetail, change: HistoryItem, version: int, body: Mapping[str, Any]
) -> bool:
    """Say whether `change` is the move of `body`."""
    done = change.data
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
