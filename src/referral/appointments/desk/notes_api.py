"""The JSON door to the notes that staff keep on a request."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from referral.appointments.desk import notes
from referral.appointments.desk.doors import RequestId, staff_desk
from referral.appointments.desk.schemas import NewNote, NotesWanted
from referral.appointments.representations import NotePage, NoteShown
from referral.record.models import Look
from referral.repeats import Call
from referral.web.deps import IdempotencyKey, StaffDoorDep
from referral.web.paging import PAGED, next_page
from referral.web.problems import documented
from referral.web.queries import ApiRoute

router = APIRouter(
    prefix="/api/v1/requests/{request_id}/notes", tags=["Inbox"], route_class=ApiRoute
)


@router.get("", operation_id="listNotes", responses=PAGED | documented(401, 403, 404, 422, 503))
def list_notes(
    request_id: RequestId,
    wanted: Annotated[NotesWanted, Query()],
    request: Request,
    response: Response,
    *,
    door: StaffDoorDep,
) -> NotePage:
    """Return your clinic's notes on a request, newest first, a page at a time."""
    with door.reading() as (session, staff):
        page = notes.page(session, request_id, wanted, desk=staff_desk(door, staff))
    door.shown(staff, Look.NOTES, [request_id])
    if page.next is not None:
        response.headers.update(next_page(request, cursor=str(page.next)))
    return page


@router.post(
    "",
    operation_id="addNote",
    status_code=201,
    responses=documented(400, 401, 403, 404, 409, 413, 422, 503),
)
def add_note(
    request_id: RequestId,
    body: NewNote,
    *,
    door: StaffDoorDep,
    idempotency_key: IdempotencyKey = None,
) -> NoteShown:
    """Keep a note on a request for your colleagues; the person never sees it."""
    return door.creating(
        Call("addNote", idempotency_key, body, NoteShown, about=request_id),
        lambda session, staff: notes.add(session, request_id, body, desk=staff_desk(door, staff)),
    )
