"""Asking a clinic: who and when, check your answers, send."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from referral.appointments import consent, wording
from referral.appointments.doors import (
    AskDoorDep,
    Asked,
    desk_of,
    faults_of,
    said,
    typed_in,
)
from referral.appointments.known import asked_before
from referral.appointments.request_view import (
    Row,
    agreed,
    details_page,
    further,
    review_page,
)
from referral.appointments.schemas import SENTENCES, NewRequest
from referral.appointments.states import ENDS
from referral.appointments.submission import Sent, submit
from referral.clinics.search import by_id
from referral.errors import ConflictError, InvalidError
from referral.symptoms.doors import Check, CheckDoorDep
from referral.symptoms.service import ensure
from referral.symptoms.triage import assess, may_request
from referral.web.deps import FormDep, House, HouseDep
from referral.web.mistakes import PAGE, MistakesDep

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
    clinic = _clinic(house, clinic_id)
    away = _turned_away(clinic, check) or _asked_already(house, clinic, check, ask.asked)
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

    Without the database, so that nothing is lost where it is away: the next page looks.
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


@router.get("/clinics/{clinic_id}/request/review")
def review(
    clinic_id: UUID,
    check: CheckDoorDep,
    *,
    ask: AskDoorDep,
    house: HouseDep,
    mistakes: MistakesDep,
) -> Response:
    """Show everything once more before it is sent."""
    clinic = _clinic(house, clinic_id)
    away = (
        _sent_already(ask.asked, clinic_id)
        or _turned_away(clinic, check)
        or _asked_already(house, clinic, check, ask.asked)
    )
    if away is not None:
        return away
    if faults_of(ask.asked.typed):
        return RedirectResponse(f"/clinics/{clinic_id}/request", 303)
    response = review_page(house, clinic, check.check, ask.asked, mistakes=mistakes)
    # Whoever changes a symptom answer from here comes back to this clinic.
    check.keep(response, replace(check.check, clinic=clinic_id))
    return response


@router.post("/clinics/{clinic_id}/request/review")
def send(
    clinic_id: UUID,
    form: FormDep,
    *,
    check: CheckDoorDep,
    ask: AskDoorDep,
    house: HouseDep,
    mistakes: MistakesDep,
) -> Response:
    """Record the request, once however often it is sent, and show its confirmation."""
    details, review = f"/clinics/{clinic_id}/request", f"/clinics/{clinic_id}/request/review"
    clinic = _clinic(house, clinic_id)
    away = _sent_already(ask.asked, clinic_id) or _turned_away(clinic, check)
    if away is not None:
        return away
    if faults_of(ask.asked.typed):
        return RedirectResponse(details, 303)
    if form.get("consent_version") != consent.VERSION:
        return mistakes.at(review, {"consent_version": SENTENCES["consent_version"]})
    try:
        also_ask = agreed(ask.asked.typed, further(house, clinic))
        sent = _submit(house, check.check, ask.asked.typed, clinic_id, also_ask=also_ask)
    except InvalidError as error:
        return mistakes.at(details, {str(each.loc[0]): each.detail for each in error.problems})
    except ConflictError as error:
        return mistakes.at(review, {PAGE: error.detail}, status=error.status)
    response = mistakes.corrected(f"/follow/{sent.token}/sent")
    ask.keep(response, Asked(sent=ask.asked.sent | {str(clinic_id): sent.token}))
    return response


@router.post("/clear")
def clear(check: CheckDoorDep, ask: AskDoorDep, mistakes: MistakesDep) -> Response:
    """Remove everything that was typed from this browser."""
    response = mistakes.corrected("/")
    check.forget(response)
    ask.forget(response)
    return response


def _submit(
    house: House, check: Check, typed: Row, clinic_id: UUID, *, also_ask: list[Row]
) -> Sent:
    if check.answered is None or check.answers is None:
        raise ConflictError(consent.STATEMENTS[-1])
    assessment_id, answered_at = check.answered
    answers = check.answers
    asked = NewRequest(
        **said(typed),
        consent_version=consent.VERSION,
        doctor_cleared=check.doctor_cleared,
        assessment_id=assessment_id,
        clinic_id=clinic_id,
        also_ask=tuple(row["id"] for row in also_ask),
    )
    desk = desk_of(house)

    def verb(session: Any) -> Sent:  # noqa: ANN401 - a session, which doors do not name
        ensure(session, answers, assessment_id, vault=house.vault, now=answered_at)
        return submit(session, asked, desk=desk)

    return house.database.settle(verb)


def _clinic(house: House, clinic_id: UUID) -> Row:
    with house.database.selecting() as connection:
        return by_id(connection, clinic_id)


def _sent_already(asked: Asked, clinic_id: UUID) -> Response | None:
    """Show who comes back after sending, by the back button or a second click, what was sent."""
    token = asked.sent.get(str(clinic_id))
    if token is None or asked.typed:
        return None
    return RedirectResponse(f"/follow/{token}/sent", 303)


def _turned_away(clinic: Row, check: CheckDoorDep) -> Response | None:
    """Send on who cannot ask this clinic, or not yet: to the clinic's page, form or outcome."""
    if not clinic["takes_requests"]:
        return RedirectResponse(f"/clinics/{clinic['id']}", 303)
    answers = check.check.answers
    cleared = check.check.doctor_cleared
    if answers is None or not may_request(assess(answers).level, doctor_cleared=cleared):
        # Where answers are missing, it leads on to the first of them.
        response = RedirectResponse("/check/outcome", 303)
        check.keep(response, replace(check.check, clinic=clinic["id"]))
        return response
    return None


def _asked_already(house: House, clinic: Row, check: CheckDoorDep, asked: Asked) -> Response | None:
    """Say how the request stands that was sent to this clinic on the same answers, if one was."""
    if check.check.answered is None:
        return None
    with house.database.reading() as session:
        before = asked_before(session, check.check.answered[0], clinic["id"])
    if before is None:
        return None
    response = house.html.page(
        "appointments/asked.html",
        clinic=clinic,
        before=before,
        over=before.state in ENDS,
        state=wording.STATES[before.state][0],
        tag=wording.TAGS[before.state],
        sentence=wording.ASKED_BEFORE[before.state],
        token=asked.sent.get(str(clinic["id"])),
    )
    # Whoever answers the questions again comes back to this clinic.
    check.keep(response, replace(check.check, clinic=clinic["id"]))
    return response
