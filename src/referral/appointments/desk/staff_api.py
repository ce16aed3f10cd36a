"""The JSON door for clinic staff: their list, one request, and the moves."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from referral.appointments.desk import exporting, inbox, listing
from referral.appointments.desk.doors import RequestId, staff_desk
from referral.appointments.desk.filters import Filters, Search
from referral.appointments.desk.places import Place
from referral.appointments.desk.schemas import Assignment
from referral.appointments.representations import RequestDetail, RequestPage
from referral.appointments.steps import StaffMove
from referral.record.models import Look
from referral.staff.scopes import Scope
from referral.web.conditional import TAGGED, IfMatch, etag, versions
from referral.web.deps import StaffDoorDep
from referral.web.paging import PAGED, next_page
from referral.web.problems import documented
from referral.web.queries import ApiRoute
from referral.web.straight import StraightRoute

router = APIRouter(prefix="/api/v1", tags=["Inbox"], route_class=ApiRoute)
MEDIA_TYPES = {
    exporting.Format.CSV: "text/csv; charset=utf-8",
    exporting.Format.NDJSON: "application/x-ndjson",
}
EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A file: a table, or one RequestRow in each line.",
        "content": {
            kind.split(";")[0]: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()
        },
    }
}


def list_requests(
    request: Request, filters: Annotated[Filters, Query()], door: StaffDoorDep
) -> Response:
    """Return your clinic's requests, newest first unless sorted otherwise, a page at a time."""
    page, _ = door.selected(
        lambda connection, staff: listing.page(connection, filters, desk=staff_desk(door, staff))
    )
    headers = next_page(request, cursor=page.next) if page.next else None
    return Response(page.text, headers=headers, media_type="application/json")


router.add_api_route(
    "/requests",
    list_requests,
    route_class_override=StraightRoute,
    operation_id="listRequests",
    response_model=RequestPage,
    responses=PAGED | documented(401, 403, 422, 503),
)


@router.post(
    "/requests/search",
    operation_id="searchRequests",
    response_model=RequestPage,
    responses=documented(400, 401, 403, 413, 422, 503),
)
def search_requests(body: Search, door: StaffDoorDep) -> Response:
    """Return your clinic's requests as the list does, also those of one contact; changes nothing.

    What is personal stands in the body: an address is logged on its way. For the page after it,
    send the same body with its `next` as `cursor`.
    """
    page, staff = door.selected(
        lambda connection, staff: listing.page(
            connection, body, desk=staff_desk(door, staff), contact=body.contact
        )
    )
    if body.contact is not None:
        door.shown(staff, Look.FOUND, [UUID(hex=each) for each in page.ids])
    return Response(page.text, media_type="application/json")


@router.get(
    "/requests/export",
    operation_id="exportRequests",
    response_class=StreamingResponse,
    responses=EXPORTED | documented(401, 403, 422, 503),
)
def export_requests(
    wanted: Annotated[exporting.Export, Query()], door: StaffDoorDep
) -> StreamingResponse:
    """Return all requests that the filters choose as one file, newest first.

    `include=person` adds who asks and how to reach them, and needs the scope `admin`.
    """
    scope = Scope.ADMIN if wanted.include else Scope.READ

    def read(after: Place | None) -> exporting.Part:
        part, staff = door.selected(
            lambda connection, staff: exporting.part(
                connection, wanted, desk=staff_desk(door, staff), after=after
            ),
            scope,
        )
        if wanted.include:
            door.shown(staff, Look.EXPORTED, [UUID(hex=each) for each in part.ids])
        return part

    # Whoever may not have it is told so: once the file has begun, the connection can only be cut.
    first = read(None)
    return StreamingResponse(
        exporting.texts(first, read),
        media_type=MEDIA_TYPES[wanted.format],
        headers={"Content-Disposition": f'attachment; filename="requests.{wanted.format}"'},
    )


# An id by its form: what stands beside it in the same place, such as `search`, takes no GET.
@router.get(
    "/requests/{request_id:uuid}",
    operation_id="getRequest",
    responses=TAGGED | documented(401, 403, 404, 422, 503),
)
def get_request(request_id: RequestId, response: Response, door: StaffDoorDep) -> RequestDetail:
    """Return one request whole, with the person's contact details and answers."""
    with door.reading() as (session, staff):
        detail = inbox.read(session, request_id, desk=staff_desk(door, staff))
    door.shown(staff, Look.OPENED, [request_id])
    response.headers.update(etag(detail.version))
    return detail


@router.post(
    "/requests/{request_id}/moves",
    operation_id="moveRequest",
    responses=TAGGED | documented(400, 401, 403, 404, 409, 412, 413, 422, 428, 503),
)
def move_request(
    request_id: RequestId,
    body: StaffMove,
    response: Response,
    *,
    door: StaffDoorDep,
    if_match: IfMatch = None,
) -> RequestDetail:
    """Make one of the available moves; returns the request as it is afterwards."""
    with door.writing() as (session, staff):
        desk = staff_desk(door, staff)
        detail = inbox.act(session, request_id, body, desk=desk, expected=versions(if_match))
    response.headers.update(etag(detail.version))
    return detail


@router.put(
    "/requests/{request_id}/assignee",
    operation_id="assignRequest",
    responses=TAGGED | documented(400, 401, 403, 404, 412, 413, 422, 428, 503),
)
def assign_request(
    request_id: RequestId,
    body: Assignment,
    response: Response,
    *,
    door: StaffDoorDep,
    if_match: IfMatch = None,
) -> RequestDetail:
    """Give a request to a key of your clinic, or to nobody; returns it as it is afterwards."""
    with door.writing() as (session, staff):
        desk = staff_desk(door, staff)
        detail = inbox.assign(
            session, request_id, body.key_id, desk=desk, expected=versions(if_match)
        )
    response.headers.update(etag(detail.version))
    return detail
