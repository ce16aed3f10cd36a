"""The pages on which a person has a copy of what is held about them, or has all of it erased."""

from contextlib import suppress

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from referral.appointments.asking.doors import AskDoorDep, desk_of
from referral.appointments.contacts import LONGEST_CONTACT, NO_CONTACT
from referral.appointments.following import own_data
from referral.appointments.following.copies import CopyAsked
from referral.appointments.following.copy_view import shown
from referral.appointments.following.follow_view import look, show
from referral.errors import ErasedError, TooManyError
from referral.symptoms.doors import CheckDoorDep
from referral.web.callers import CallerDep
from referral.web.deps import FormDep, HouseDep
from referral.web.mistakes import MistakesDep

router = APIRouter(include_in_schema=False)
FILE = {"Content-Disposition": 'attachment; filename="my-request.html"'}


@router.get("/follow/{token}/copy")
def ask_for_copy(token: str, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Ask for a contact detail: the link alone shows none, and no health answers either."""
    seen = look(house, token)
    return show(house, "appointments/copy.html", seen, mistakes=mistakes, typed=mistakes.typed)


@router.post("/follow/{token}/copy")
def save_copy(
    token: str, form: FormDep, *, house: HouseDep, mistakes: MistakesDep, caller: CallerDep
) -> Response:
    """Send all that is held as a file to keep."""
    page, desk = f"/follow/{token}/copy", desk_of(house)
    typed = {"contact": str(form.get("contact", ""))[:LONGEST_CONTACT]}
    try:
        caller.take("find")
        asked = CopyAsked(**typed)
        is_theirs = house.database.settle(
            lambda session: own_data.is_theirs(session, token, asked.contact, desk=desk)
        )
    except ValidationError:
        return mistakes.at(page, {"contact": NO_CONTACT}, typed=typed)
    except TooManyError as error:
        return mistakes.at(page, {"contact": error.detail}, typed=typed, status=error.status)
    if not is_theirs:
        return mistakes.at(page, {"contact": own_data.NOT_GIVEN}, typed=typed)
    with house.database.reading() as session:
        copy = own_data.copy(session, token, desk=desk)
    file = house.html.page("appointments/copy_file.html", **shown(copy))
    file.headers.update(FILE)
    mistakes.forget(file)
    return file


@router.get("/follow/{token}/erase")
def ask_to_erase(token: str, house: HouseDep) -> Response:
    """Say what erasing means, and ask once more; nothing happens here."""
    return show(house, "appointments/erase.html", look(house, token))


@router.post("/follow/{token}/erase")
def erase(
    token: str,
    *,
    check: CheckDoorDep,
    ask: AskDoorDep,
    house: HouseDep,
    mistakes: MistakesDep,
) -> Response:
    """Erase it here and in this browser, and show that the link leads nowhere any more."""
    with suppress(ErasedError):
        own_data.erase_all(house.database, token, desk=desk_of(house))
    response = mistakes.corrected(f"/follow/{token}")
    check.forget(response)
    ask.forget(response)
    return response
