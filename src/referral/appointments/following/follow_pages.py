"""The pages behind a private link that only show: the slip, how the request stands, the visit."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from referral.appointments.asking import elsewhere
from referral.appointments.following.follow_view import look, show
from referral.appointments.following.own_request import FEW_LOOKS
from referral.appointments.following.visits import visit_of
from referral.appointments.states import ENDS, Action
from referral.notices.calendar import publish
from referral.web.deps import HouseDep
from referral.web.mistakes import MistakesDep

router = APIRouter(include_in_schema=False)
ALL_LOOKS = 500


@router.get("/follow/{token}")
def follow(token: str, house: HouseDep, mistakes: MistakesDep, looks: str = "") -> Response:
    """Show how the request stands and what can be done; `?looks=all` lists more who looked."""
    most = ALL_LOOKS if looks == "all" else FEW_LOOKS
    seen, others = look(house, token, looks=most), []
    if Action.SEND_ON in seen.followed.available_actions:
        with house.database.reading() as session:
            others = elsewhere.unasked(session, token)
    return show(house, "appointments/follow.html", seen, mistakes=mistakes, others=others)


@router.get("/follow/{token}/sent")
def sent(token: str, house: HouseDep) -> Response:
    """Show the confirmation, a slip to print, until the request has ended."""
    seen = look(house, token)
    if seen.followed.state in ENDS:
        return RedirectResponse(f"/follow/{token}", 303)
    by_mail = house.settings.smtp_host is not None
    return show(house, "appointments/sent.html", seen, by_mail=by_mail)


@router.get("/follow/{token}/cancel")
def ask_to_cancel(token: str, house: HouseDep) -> Response:
    """Ask once more before calling it off; nothing happens here."""
    return show(house, "appointments/cancel.html", look(house, token))


@router.get("/follow/{token}/visit.ics")
def visit(token: str, house: HouseDep) -> Response:
    """Send the booked visit as a file for a calendar."""
    settings = house.settings
    with house.database.reading() as session:
        booked = visit_of(session, token, organizer=settings.mail_from, origin=settings.origin)
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"'}
    return Response(publish(booked), media_type="text/calendar", headers=headers)
