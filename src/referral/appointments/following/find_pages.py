"""Finding one's request without its link: by the reference and the code on the slip."""

from fastapi import APIRouter
from starlette.responses import Response

from referral.appointments.following.lookup import token_for
from referral.errors import TooManyError
from referral.text import N_
from referral.web.callers import CallerDep
from referral.web.deps import FormDep, HouseDep
from referral.web.mistakes import MistakesDep

router = APIRouter(include_in_schema=False)

# The same for a wrong reference and a wrong code, so that nobody can try out references.
NO_MATCH = N_("This reference and this code do not belong together. Check both on your slip.")
LONGEST = 20


@router.get("/find")
def find(house: HouseDep, mistakes: MistakesDep) -> Response:
    """Show the form."""
    return house.html.page(
        "appointments/find.html",
        status=mistakes.status,
        errors=mistakes.errors,
        typed=mistakes.typed,
    )


@router.post("/find")
def look_up(form: FormDep, house: HouseDep, mistakes: MistakesDep, caller: CallerDep) -> Response:
    """Lead to the request; a wrong pair is counted, and too many end the trying for an hour."""
    typed = {name: str(form.get(name, ""))[:LONGEST] for name in ("reference", "code")}
    if form.get("go") == "stay":
        return mistakes.put_aside("/find", typed, to="/find")
    try:
        caller.take("find")
        token = house.database.settle(
            lambda session: token_for(session, **typed, vault=house.vault, now=house.now())
        )
    except TooManyError as error:
        return mistakes.at("/find", {"reference": error.detail}, typed=typed, status=error.status)
    if token is None:
        return mistakes.at("/find", {"reference": NO_MATCH}, typed=typed)
    return mistakes.corrected(f"/follow/{token}")
