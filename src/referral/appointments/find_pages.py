"""Finding one's request without its link: by the reference and the code on the slip."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from referral.appointments.lookup import token_for
from referral.errors import TooManyError
from referral.text import N_
from referral.web.deps import FormDep, House, HouseDep
from referral.web.problems import headers_of

router = APIRouter(include_in_schema=False)

# The same for a wrong reference and a wrong code, so that nobody can try out references.
NO_MATCH = N_("This reference and this code do not belong together. Check both on your slip.")
REFERENCE_SHOWN = 20


@router.get("/find")
def find(house: HouseDep) -> Response:
    """Show the form."""
    return _page(house)


@router.post("/find")
def look_up(form: FormDep, house: HouseDep) -> Response:
    """Lead to the request; a wrong pair is counted, and too many end the trying for an hour."""
    reference, code = str(form.get("reference", "")), str(form.get("code", ""))
    try:
        token = house.database.settle(
            lambda session: token_for(session, reference, code, vault=house.vault, now=house.now())
        )
    except TooManyError as error:
        page = _page(house, reference, error.detail, status=error.status)
        page.headers.update(headers_of(error))
        return page
    if token is None:
        return _page(house, reference, NO_MATCH, status=422)
    return RedirectResponse(f"/follow/{token}", 303)


def _page(house: House, reference: str = "", error: str = "", *, status: int = 200) -> Response:
    return house.html.page(
        "appointments/find.html",
        status=status,
        reference=reference[:REFERENCE_SHOWN],
        errors=[("f-reference", error)] if error else [],
    )
