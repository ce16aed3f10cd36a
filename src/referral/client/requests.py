"""What staff do with requests: each verb makes a call, which a client then sends."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

import httpx

from referral.appointments.reasons import DeclineReason, NextStep
from referral.appointments.representations import RequestDetail, RequestRow
from referral.appointments.states import Action, State
from referral.client.calls import API, Call, Page, body, listing, reading
from referral.client.moving import assigned_as_asked, moved_as_asked
from referral.client.rows import reading_rows

REQUESTS = f"{API}/requests"
SEVERAL = frozenset({"state", "level", "fields"})


class Choice(TypedDict, total=False):
    """Which requests are wanted; moments need an offset, and `assignee` may be `nobody`."""

    state: State | str | Iterable[State | str]
    needs: str
    overdue: bool
    level: str | Iterable[str]
    reference: str
    chiropractor_id: UUID | str
    assignee: UUID | str
    created_from: datetime
    created_before: datetime
    updated_since: datetime


class Filters(Choice, total=False):
    """Which requests to list, in which order; `limit` is the size of a page.

    With `fields`, rows have only these and `id`; reading another one is an AttributeError.
    """

    sort: str
    fields: str | Iterable[str]
    limit: int


class _VisitTime(TypedDict):
    starts_at: datetime


class VisitTime(_VisitTime, total=False):
    """A time to offer: when it starts, and for how long and with whom if not as usual."""

    minutes: int
    chiropractor_id: UUID | str


def requests(**filters: Unpack[Filters]) -> Call[Page[RequestRow]]:
    """List your clinic's requests, newest first unless sorted otherwise."""
    read = reading_rows(whole="fields" not in filters)
    return listing(REQUESTS, lambda page: read(page).items, **filters)


def search(contact: str, **filters: Unpack[Filters]) -> Call[Page[RequestRow]]:
    """List the requests of the person with this e-mail address or phone number."""
    read = reading_rows(whole="fields" not in filters)
    wanted = _listed(body(contact=contact, **filters))

    def page(**place: str) -> Call[Page[RequestRow]]:
        def rows(response: httpx.Response) -> Page[RequestRow]:
            found = read(response)
            return Page(found.items, page(cursor=found.next) if found.next else None)

        return Call("POST", f"{REQUESTS}/search", rows, json=wanted | place, again=True)

    return page()


def get(request_id: UUID | str) -> Call[RequestDetail]:
    """Read one request whole. This moves nothing: `receive` says that you have seen it."""
    return Call("GET", address(request_id), reading(RequestDetail))


def assign(record: RequestRow, key_id: UUID | str | None) -> Call[RequestDetail]:
    """Give the request to a key of your clinic, or with None to nobody; errors as of `move`."""
    given = None if key_id is None else str(UUID(str(key_id)))
    return Call(
        "PUT",
        f"{address(record.id)}/assignee",
        reading(RequestDetail),
        json={"key_id": given},
        headers=_if_match(record),
        after_repeat=Call("GET", address(record.id), assigned_as_asked(record.version, given)),
    )


def move(record: RequestRow, action: Action | str, **fields: object) -> Call[RequestDetail]:
    """Make a move on the request as `record` shows it, and return it as it is afterwards.

    StaleError if it has changed since; ConflictError with `available_actions` if its state does
    not allow the move. A repeat after a lost answer never moves twice.
    """
    step = body(action=action, **fields)
    check = Call("GET", address(record.id), moved_as_asked(record.version, step))
    return Call(
        "POST",
        f"{address(record.id)}/moves",
        reading(RequestDetail),
        json=step,
        headers=_if_match(record),
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


def address(request_id: UUID | str) -> str:
    """Return where the request is; ValueError for what is no id."""
    return f"{REQUESTS}/{UUID(str(request_id))}"


def _if_match(record: RequestRow) -> Mapping[str, str]:
    return {"If-Match": f'"{record.version}"'}


def _listed(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the filters as a body has them: a list even where one value was given."""
    return {
        name: [value] if name in SEVERAL and isinstance(value, str) else value
        for name, value in wanted.items()
    }
