"""The JSON door for clinic staff: their list, one request, and the moves."""

from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from referral.appointments import inbox, listing
from referral.appointments.representations import RequestDetail, RequestPage
from referral.appointments.states import State
from referral.appointments.steps import StaffMove
from referral.staff.service import Staff
from referral.symptoms.levels import Level
from referral.web.conditional import IfMatch, etag, versions
from referral.web.deps import StaffDoor, StaffDoorDep
from referral.web.moments import Moment
from referral.web.problems import documented

router = APIRouter(prefix="/api/v1", tags=["Staff"])


@router.get(
    "/requests",
    operation_id="listRequests",
    response_model=RequestPage,
    responses=documented(401, 403, 422, 503),
)
def list_requests(  # noqa: PLR0913 - each filter is a query parameter
    request: Request,
    door: StaffDoorDep,
    *,
    state: Annotated[list[State], Query()] = [],  # noqa: B006 - FastAPI copies it
    needs: Annotated[Literal["answer"] | None, Query(description="what waits for you")] = None,
    overdue: Annotated[bool, Query(description="only those past their promised date")] = False,
    level: Annotated[list[Level], Query()] = [],  # noqa: B006 - as above
    chiropractor_id: UUID | None = None,
    created_from: Moment | None = None,
    created_before: Moment | None = None,
    updated_since: Moment | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Return your clinic's requests, newest first, a page at a time."""
    filters = listing.Filters(
        states=tuple(state),
        needs_answer=needs == "answer",
        overdue=overdue,
        levels=tuple(level),
        chiropractor_id=chiropractor_id,
        created_from=created_from,
        created_before=created_before,
        updated_since=updated_since,
    )
    with door.reading() as (session, staff):
        desk = _desk(door, staff)
        page = listing.page(session, filters, desk=desk, limit=limit, after=cursor)
    headers = _link(request, page.next)
    return Response(page.text, headers=headers, media_type="application/json")


@router.get(
    "/requests/{request_id}",
    operation_id="getRequest",
    responses=documented(401, 403, 404, 422, 503),
)
def get_request(request_id: UUID, response: Response, door: StaffDoorDep) -> RequestDetail:
    """Return one request whole, with the person's contact details and answers."""
    with door.reading() as (session, staff):
        detail = inbox.read(session, request_id, desk=_desk(door, staff))
    response.headers.update(etag(detail.version))
    return detail


@router.post(
    "/requests/{request_id}/moves",
    operation_id="moveRequest",
    responses=documented(400, 401, 403, 404, 409, 412, 413, 422, 428, 503),
)
def move_request(
    request_id: UUID,
    body: StaffMove,
    response: Response,
    *,
    door: StaffDoorDep,
    if_match: IfMatch = None,
) -> RequestDetail:
    """Make one of the available moves; returns the request as it is afterwards."""
    with door.writing() as (session, staff):
        desk = _desk(door, staff)
        detail = inbox.act(session, request_id, body, desk=desk, expected=versions(if_match))
    response.headers.update(etag(detail.version))
    return detail


def _desk(door: StaffDoor, staff: Staff) -> inbox.Desk:
    house = door.house
    return inbox.Desk(staff, house.now(), house.vault, house.settings.answer_days)


def _link(request: Request, cursor: str | None) -> dict[str, str]:
    if cursor is None:
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    query = urlencode([*kept, ("cursor", cursor)])
    return {"Link": f'<{request.url.path}?{query}>; rel="next"'}
