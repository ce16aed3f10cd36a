"""Asking a clinic, the last page: everything once more, and the button that sends it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from referral.appointments import consent
from referral.appointments.asking.doors import (
    AskDoorDep,
    Asked,
    admit,
    desk_of,
    faults_of,
    is_busy,
    said,
)
from referral.appointments.asking.leading import asked_already, clinic_of, sent_already, turned_away
from referral.appointments.asking.request_view import Row, agreed, further, review_page
from referral.appointments.life.submission import Sent, submit
from referral.appointments.schemas import SENTENCES, NewRequest
from referral.errors import ConflictError, InvalidError, TooManyError
from referral.settings import ProofOfWork
from referral.symptoms.doors import Check, CheckDoorDep
from referral.symptoms.service import ensure
from referral.web.callers import Caller, CallerDep
from referral.web.deps import FormDep
from referral.web.mistakes import PAGE, Mistakes, MistakesDep
from referral.web.opening import TRAP, Opening

router = APIRouter(include_in_schema=False)


@router.get("/clinics/{clinic_id}/request/review")
def review(
    clinic_id: UUID,
    check: CheckDoorDep,
    *,
    ask: AskDoorDep,
    mistakes: MistakesDep,
    caller: CallerDep,
) -> Response:
    """Show everything once more before it is sent."""
    house = caller.house
    clinic = clinic_of(house, clinic_id)
    away = (
        sent_already(ask.asked, clinic_id)
        or turned_away(house, clinic, check)
        or asked_already(house, clinic, check, ask.asked)
    )
    if away is not None:
        return away
    if faults_of(ask.asked.typed):
        return RedirectResponse(f"/clinics/{clinic_id}/request", 303)
    form = _form(check.check, clinic_id)
    before = Opening.of(house.vault, form, mistakes.typed.get("opened", ""))
    response = review_page(
        house,
        clinic,
        check.check,
        ask,
        mistakes=mistakes,
        opening=before or Opening.new(house.vault, form, at=house.now()),
        needs_work=_needs_work(caller, clinic_id),
    )
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
    mistakes: MistakesDep,
    caller: CallerDep,
) -> Response:
    """Record the request, once however often it is sent, and show its confirmation."""
    details, review = f"/clinics/{clinic_id}/request", f"/clinics/{clinic_id}/request/review"
    clinic = clinic_of(caller.house, clinic_id)
    asked = ask.or_left_open(str(form.get("kept", "")))
    away = sent_already(asked, clinic_id) or turned_away(caller.house, clinic, check)
    if away is None and faults_of(asked.typed):
        away = RedirectResponse(details, 303)
    if away is not None:
        ask.keep(away, asked)
        return away
    if form.get("consent_version") != consent.VERSION:
        return mistakes.at(review, {"consent_version": SENTENCES["consent_version"]})
    if once_more := _sent_unread(form, check.check, clinic_id, mistakes=mistakes, caller=caller):
        return once_more
    try:
        caller.take("submit")
        also_ask = agreed(asked.typed, further(caller.house, clinic))
        sent = _submit(caller, check.check, asked.typed, clinic_id, also_ask=also_ask)
    except InvalidError as error:
        return mistakes.at(details, {str(each.loc[0]): each.detail for each in error.problems})
    except (ConflictError, TooManyError) as error:
        return mistakes.at(review, {PAGE: error.detail}, status=error.status)
    response = mistakes.corrected(f"/follow/{sent.token}/sent")
    ask.keep(response, Asked(sent=asked.sent | {str(clinic_id): sent.token}))
    return response


def _sent_unread(
    form: FormData, check: Check, clinic_id: UUID, *, mistakes: Mistakes, caller: Caller
) -> Response | None:
    """Show the page again to who may not have read it, the box still ticked."""
    house, name = caller.house, _form(check, clinic_id)
    opening = Opening.of(house.vault, name, str(form.get("opened", "")))
    opening = opening or Opening.new(house.vault, name, at=house.now())
    needs_work = _needs_work(caller, clinic_id)
    said = opening.objection(form, needs_work=needs_work, now=house.now())
    if said is None:
        return None
    if form.get(TRAP):
        opening = Opening.new(house.vault, name, at=opening.at, has_trap=False)
    kept = {"opened": opening.sealed, "is_agreed": True}
    page = f"/clinics/{clinic_id}/request/review"
    return mistakes.at(page, {PAGE: said}, typed=kept)


def _form(check: Check, clinic_id: UUID) -> str:
    """Return the name of the form: it can be sent once, as its answers can to this clinic."""
    answered = check.answered and check.answered[0]
    return f"review {clinic_id} {answered}"


def _needs_work(caller: Caller, clinic_id: UUID) -> bool:
    wanted = caller.house.settings.proof_of_work
    return wanted is ProofOfWork.ALWAYS or (
        wanted is ProofOfWork.BUSY and is_busy(caller, clinic_id)
    )


def _submit(
    caller: Caller, check: Check, typed: Row, clinic_id: UUID, *, also_ask: list[Row]
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
    house, desk = caller.house, desk_of(caller.house)

    def verb(session: Any) -> Sent:  # noqa: ANN401 - a session, which doors do not name
        ensure(session, answers, assessment_id, vault=house.vault, now=answered_at)
        return submit(session, asked, desk=desk, admit=lambda: admit(caller, asked))

    return house.database.settle(verb)
