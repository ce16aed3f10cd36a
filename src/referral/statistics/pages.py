"""The page that tells everybody how clinics answer."""

from fastapi import APIRouter
from starlette.responses import Response

from referral.statistics import service
from referral.statistics.counting import SMALLEST_SHOWN
from referral.web.deps import HouseDep

router = APIRouter(include_in_schema=False)


PATH = "/how-clinics-answer"


@router.get(PATH)
def how_clinics_answer(house: HouseDep) -> Response:
    """Show what the worker counted last, without small numbers."""
    with house.database.reading() as session:
        seen = service.public(session)
    return house.html.page(
        "statistics/answers.html", canonical=PATH, seen=seen, smallest=SMALLEST_SHOWN
    )
