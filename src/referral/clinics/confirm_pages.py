"""The page behind the mailed link on which a clinic confirms its details. Showing it never acts."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from referral.clinics.confirming import asked_by, confirm, is_answered
from referral.clinics.pages import card
from referral.clinics.provenance import sources
from referral.clinics.search import by_id
from referral.clinics.wording import source_words
from referral.web.deps import HouseDep

router = APIRouter(include_in_schema=False)


@router.get("/confirm/{token}")
def details(token: str, house: HouseDep) -> Response:
    """Show what the directory says of the clinic, and ask whether it is right."""
    with house.database.reading() as session:
        clinic, asked = asked_by(session, token)
        row = by_id(session.connection(), clinic.id, public=False)
        found = sources(session.connection(), clinic.id)
    return house.html.page(
        "clinics/confirm.html",
        clinic=card(row, house.now()),
        email=clinic.email,
        sources=source_words(found),
        paused_because=clinic.paused_because,
        is_answered=is_answered(clinic.confirmed_at, asked.asked_at),
        token=token,
    )


@router.post("/confirm/{token}")
def confirmed(token: str, house: HouseDep) -> Response:
    """Keep that all is right."""
    with house.database.unit_of_work() as session:
        confirm(session, token, now=house.now())
    return RedirectResponse(f"/confirm/{token}", 303)
