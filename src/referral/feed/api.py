"""The JSON door of the feed: a page after a number, and a stream that goes on."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from starlette.requests import Request
from starlette.responses import Response

from referral.feed import service
from referral.feed.listening import Listener, Listeners
from referral.feed.representations import EXAMPLE, FeedEvent, FeedPage
from referral.feed.stream import RETRY, EventStream, on_the_wire
from referral.web.deps import StaffDoorDep
from referral.web.paging import PAGED, next_page
from referral.web.problems import documented
from referral.web.queries import ApiRoute

router = APIRouter(prefix="/api/v1/events", tags=["Events"], route_class=ApiRoute)
# What the column of numbers can hold.
LARGEST = 2**31 - 1

After = Annotated[
    int,
    Query(ge=0, le=LARGEST, description="the number of the last event you have", examples=[41]),
]
LastEventId = Annotated[
    int | None,
    Header(
        alias="Last-Event-ID",
        ge=0,
        le=LARGEST,
        description="the same, and counts more than `after`; browsers send it by themselves",
        examples=[41],
    ),
]
STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events as they happen; the data of each is a FeedEvent.",
        "content": {
            "text/event-stream": {
                "example": (RETRY + on_the_wire(FeedEvent.model_validate(EXAMPLE))).decode()
            }
        },
    }
}


async def _listeners(request: Request) -> Listeners:
    listeners: Listeners = request.app.state.listeners
    return listeners


@router.get(
    "",
    operation_id="listEvents",
    response_model_exclude_unset=True,
    responses=PAGED | documented(401, 403, 422, 503),
)
def list_events(
    request: Request,
    response: Response,
    door: StaffDoorDep,
    *,
    after: After = 0,
    limit: Annotated[
        int, Query(ge=1, le=500, description="how many at most", examples=[100])
    ] = 100,
) -> FeedPage:
    """Return what happened at your clinic after a number, in order and without a gap."""
    with door.reading() as (session, staff):
        page, more = service.page(session, staff.clinic_id, after=after, limit=limit)
    if more:
        response.headers.update(next_page(request, after=page.last))
    return page


@router.get(
    "/stream",
    operation_id="streamEvents",
    response_class=EventStream,
    status_code=200,
    responses=STREAMED | documented(401, 403, 422, 429, 503),
)
def stream_events(
    door: StaffDoorDep,
    listeners: Annotated[Listeners, Depends(_listeners)],
    *,
    after: After = 0,
    last_event_id: LastEventId = None,
) -> Response:
    """Send what happens at your clinic as it happens, after a number (Server-Sent Events).

    429 also where a third of what a server can have of connections are streams of your clinic.
    """
    with door.reading() as (_, staff):
        listener = Listener(staff.key_id, staff.clinic_id)
    listeners.need_room(listener.clinic_id)
    return EventStream(listeners, listener, after=after if last_event_id is None else last_event_id)
