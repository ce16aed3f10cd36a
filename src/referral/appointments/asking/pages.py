"""Asking a clinic: who and when."""

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from referral.appointments.asking.doors import AskDoorDep, faults_of, typed_in
from referral.appointments.asking.leading import asked_already, clinic_of, turned_away
from referral.appointments.asking.request_view import details_page
from referral.symptoms.doors import CheckDoorDep
from referral.web.deps import FormDep, HouseDep
from referral.web.mistakes import MistakesDep

router = APIRouter(include_in_schema=False)


@router.get("/clinics/{clinic_id}/request")
def details(
    clinic_id: UUID,
    check: CheckDoorDep,
    *,
    ask: AskDoorDep,
    house: HouseDep,
    mistakes: MistakesDep,
) -> Response:
    """Show the form: who asks, how to reach them, when they could come."""
    clinic = clinic_of(house, clinic_id)
    away = turned_away(house, clinic, check) or asked_already(house, clinic, check, ask.asked)
    return away or details_page(house, clinic, ask.asked.typed | mistakes.typed, mistakes.faults)


@router.post("/clinics/{clinic_id}/request")
def details_sent(
    clinic_id: UUID,
    form: FormDep,
    *,
    ask: AskDoorDep,
    mistakes: MistakesDep,
) -> Response:
    """Take the form and go on to check it, or aside to another page; either way keep it.

    Who cannot ask this clinic is told by the next page: what was typed is kept before anything
    else, whether or not the database answers.
    """
    typed = typed_in(form)
    long = ask.too_long(typed)
    # What finds no room in the cookie of the form waits beside its mistake.
    apart = {name: typed.pop(name, "") for name in long}
    aside = {"back": f"/clinics/{clinic_id}", "stay": f"/clinics/{clinic_id}/request"}
    if (to := aside.get(str(form.get("go")))) and not long:
        response: Response = RedirectResponse(to, 303)
    elif faults := long or faults_of(typed):
        response = mistakes.at(f"/clinics/{clinic_id}/request", faults, typed=apart)
    else:
        response = mistakes.corrected(f"/clinics/{clinic_id}/request/review")
    ask.keep(response, replace(ask.asked, typed=typed))
    return response


@router.post("/clear")
def clear(check: CheckDoorDep, ask: AskDoorDep, mistakes: MistakesDep) -> Response:
    """Remove everything that was typed from this browser."""
    response = mistakes.corrected("/")
    check.forget(response)
    ask.forget(response)
    return response
