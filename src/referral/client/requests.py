"""What staff do with requests: each verb makes a call, which a client then sends."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

import httpx

from referral.appointments.reasons import DeclineReason, NextStep
from referral.appointments.representations import RequestDetail, RequestPage, RequestRow
from referral.appointments.states import Action, State
from referral.client.calls import API, Call, Page, body, following, query, reading
from referral.client.moving import moved_as_asked

REQUESTS = f"{API}/requests"


class Filters(TypedDict, total=False):
    """Which requests to list; moments need an offset, and `limit` is the size of a page."""

    state: State | str | Iterable[State | str]
    needs: str
    overdue: bool
    level: str | Iterable[str]
    chiropractor_id: UUID | str
    created_from: datetime
    created_before: datetime
    updated_since: datetime
    limit: int


class _VisitTime(TypedDict):
    starts_at: datetime


class VisitTime(_VisitTime, total=False):
    """A time to offer: when it starts, and for how long and with whom if not as usual."""

    minutes: int
    chiropractor_id: UUID | str


def requests(**filters: Unpack[Filters]) -> Call[Page[RequestRow]]:
    """List your clinic's requests, newest first."""

    def read(response: httpx.Response) -> Page[RequestRow]:
        return Page(reading(RequestPage)(response).items, following(response, call))

    call = Call("GET", REQUESTS, read, params=query(**filters))
    return call


def get(request_id: UUID | str) -> Call[RequestDetail]:
    """Read one request whole. This moves nothing: `receive` says that you have seen it."""
    return Call("GET", _address(request_id), reading(RequestDetail))


def move(record: RequestRow, action: Action | str, **fields: object) -> Call[RequestDetail]:
    """Make a move on the request as `record` shows it, and return it as it is afterwards.

    StaleError if it has changed since; ConflictError with `available_actions` if its state does
    not allow the move. A repeat after a lost answer never moves twice.
    """
    step = body(action=action, **fields)
    check = Call("GET", _address(record.id), moved_as_asked(record.version, step))
    return Call(
        "POST",
        f"{_address(record.id)}/moves",
        reading(RequestDetail),
        json=step,
        headers={"If-Match": f'"{record.version}"'},
        after_repeat=check,
    )


def receive(record: RequestRow) -> Call[RequestDetail]:
    """Say that the clinic has seen the request."""
    return move(record, Action.RECEIVE)


def offer(
    record: RequestRow,
    times: Iterable[VisitTime | datetime],
    *,
    expires_at: datetime | None = None,
    message: str | None = None,
) -> Call[RequestDetail]:
    """Hold one to five times for the person to choose from, for a day unless told otherwise."""
    offered = [{"starts_at": time} if isinstance(time, datetime) else time for time in times]
    return move(record, Action.OFFER, times=offered, expires_at=expires_at, message=message)


def book(
    record: RequestRow,
    starts_at: datetime,
    *,
    minutes: int | None = None,
    chiropractor_id: UUID | str | None = None,
) -> Call[RequestDetail]:
    """Book a time inside a window that the person gave."""
    visit = {"starts_at": starts_at, "minutes": minutes, "chiropractor_id": chiropractor_id}
    return move(record, Action.BOOK, **visit)


def reschedule(
    record: RequestRow,
    starts_at: datetime,
    *,
    minutes: int | None = None,
    chiropractor_id: UUID | str | None = None,
) -> Call[RequestDetail]:
    """Move the booked visit to a time inside a window that the person gave."""
    visit = {"starts_at": starts_at, "minutes": minutes, "chiropractor_id": chiropractor_id}
    return move(record, Action.MOVE, **visit)


def decline(
    record: RequestRow,
    reason: DeclineReason | str,
    next_step: NextStep | str,
    *,
    message: str | None = None,
) -> Call[RequestDetail]:
    """Say no, why, and what the person can do next; the reason `other` needs a message."""
    return move(record, Action.DECLINE, reason=reason, next_step=next_step, message=message)


def waitlist(record: RequestRow, *, message: str | None = None) -> Call[RequestDetail]:
    """Put the person on the waiting list."""
    return move(record, Action.WAITLIST, message=message)


def release(record: RequestRow, *, message: str | None = None) -> Call[RequestDetail]:
    """Give a booked time up that the clinic cannot keep."""
    return move(record, Action.RELEASE, message=message)


def cancel(record: RequestRow, *, message: str | None = None) -> Call[RequestDetail]:
    """Call the request off."""
    return move(record, Action.CANCEL, message=message)


def _address(request_id: UUID | str) -> str:
    return f"{REQUESTS}/{UUID(str(request_id))}"
