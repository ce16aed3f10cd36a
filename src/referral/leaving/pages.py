"""The page behind a clinic's own link on which it leaves. Showing it never acts."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from referral.clinics.membership import profile
from referral.clinics.membership.own_page import asked_by
from referral.leaving import service
from referral.web.deps import HouseDep

router = APIRouter(include_in_schema=False)


@router.get("/confirm/{token}/leave")
def before_leaving(token: str, house: HouseDep) -> Response:
    """Say what leaving means, and for whom the clinic is still there."""
    with house.database.reading() as session:
        clinic, _ = asked_by(session, token)
        own = profile.read(session, clinic.id)
        still_open = service.open_requests(session, clinic.id, now=house.now())
    if own.leaving_since:
        return RedirectResponse(f"/confirm/{token}", 303)
    return house.html.page("clinics/leave.html", own=own, still_open=still_open, token=token)


@router.post("/confirm/{token}/leave")
def leave(token: str, house: HouseDep) -> Response:
    """Let the clinic leave."""
    with house.database.unit_of_work() as session:
        clinic, _ = asked_by(session, token)
        service.leave(session, clinic.id, now=house.now())
    return RedirectResponse(f"/confirm/{token}", 303)
