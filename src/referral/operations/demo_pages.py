"""The letters of a demo, readable on one's own machine: there, none is ever sent."""

import ipaddress
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from referral.letters import composer_of
from referral.operations import service
from referral.web.deps import HouseDep


async def _here_only(request: Request) -> None:
    """Answer the machine that the demo runs on, and no other."""
    try:
        is_here = ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise HTTPException(404)


router = APIRouter(include_in_schema=False, dependencies=[Depends(_here_only)])


@router.get("/demo/letters")
def letters(house: HouseDep) -> Response:
    """Show the newest notices as they would be mailed now."""
    with house.database.reading() as session:
        shown = service.newest_letters(session, composer_of(house))
    return house.html.page("operations/letters.html", shown=shown)


@router.get("/demo/letters/{notice_id}/visit.ics")
def calendar(notice_id: UUID, house: HouseDep) -> Response:
    """Give the calendar file of a letter."""
    with house.database.reading() as session:
        shown = service.letter_of(session, notice_id, composer_of(house))
    if shown.letter is None or shown.letter.calendar is None:
        raise HTTPException(404)
    method, file = shown.letter.calendar
    return Response(
        file,
        media_type=f"text/calendar; charset=utf-8; method={method}",
        headers={"Content-Disposition": 'attachment; filename="visit.ics"'},
    )
