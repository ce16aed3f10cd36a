"""Asking a clinic: who and when, check your answers, send."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from referral.appointments import consent, elsewhere, wording
from referral.appointments.doors import AskDoorDep, Asked, desk_of
from referral.appointments.schemas import MAX_HOPS, SENTENCES, NewRequest, RequestDetails
from referral.appointments.submission import Sent, submit
from referral.clinics import hours
from referral.clinics.holidays import ClosedDays
from referral.clinics.search import by_id
from referral.errors import ConflictError, InvalidError
from referral.symptoms.doors import Check, CheckDoorDep
from referral.symptoms.schemas import Answers
from referral.symptoms.service import ensure
from referral.symptoms.triage import assess, may_request
from referral.web.deps import FormDep, House, HouseDep

router = APIRouter(include_in_schema=False)

TEXT_FIELDS = ("requesting_for", "name", "patient_name", "email", "phone", "preferred_contact")
Row = dict[str, Any]


@router.get("/clinics/{clinic_id}/request")
def details(clinic_id: UUID, check: CheckDoorDep, ask: AskDoorDep, house: HouseDep) -> Response:
    """Show the form: who asks, how to reach them, and when they could come."""
    clinic = _clinic(house, clinic_id)
    return _turned_away(clinic, check) or _details_page(house, clinic, ask.asked.typed)


@router.post("/clinics/{clinic_id}/request")
def details_sent(
    clinic_id: UUID, form: FormDep, *, check: CheckDoorDep, ask: AskDoorDep, house: HouseDep
) -> Response:
    """Take the form and go on to check it."""
    clinic = _clinic(house, clinic_id)
    away = _turned_away(clinic, check)
    if away is not None:
        return away
    typed = _typed(form)
    faults = _faults(typed) or ask.too_long(typed)
    if faults:
        return _details_page(house, clinic, typed, faults)
    response = RedirectResponse(f"/clinics/{clinic_id}/request/review", 303)
    ask.keep(response, replace(ask.asked, typed=typed))
    return response


@router.get("/clinics/{clinic_id}/request/review")
def review(clinic_id: UUID, check: CheckDoorDep, ask: AskDoorDep, house: HouseDep) -> Response:
    """Show everything once more before it is sent."""
    clinic = _clinic(house, clinic_id)
    away = _sent_already(ask.asked, clinic_id) or _turned_away(clinic, check)
    if away is not None:
        return away
    if _faults(ask.asked.typed):
        return RedirectResponse(f"/clinics/{clinic_id}/request", 303)
    return _review_page(house, clinic, ask.asked)


@router.post("/clinics/{clinic_id}/request/review")
def send(
    clinic_id: UUID, form: FormDep, *, check: CheckDoorDep, ask: AskDoorDep, house: HouseDep
) -> Response:
    """Record the request, once however often it is sent, and show its confirmation."""
    clinic = _clinic(house, clinic_id)
    away = _sent_already(ask.asked, clinic_id) or _turned_away(clinic, check)
    if away is not None:
        return away
    if _faults(ask.asked.typed):
        return RedirectResponse(f"/clinics/{clinic_id}/request", 303)
    if form.get("consent_version") != consent.VERSION:
        faults = {"consent_version": SENTENCES["consent_version"]}
        return _review_page(house, clinic, ask.asked, faults)
    try:
        also_ask = _agreed(ask.asked.typed, _further(house, clinic))
        sent = _submit(house, check.check, ask.asked.typed, clinic_id, also_ask=also_ask)
    except InvalidError as error:
        faults = {str(problem.loc[0]): problem.detail for problem in error.problems}
        return _details_page(house, clinic, ask.asked.typed, faults)
    except ConflictError as error:
        before = ask.asked.sent.get(str(clinic_id))
        return _review_page(house, clinic, ask.asked, {"": error.detail}, sent_before=before)
    response = RedirectResponse(f"/follow/{sent.token}/sent", 303)
    ask.keep(response, Asked(sent=ask.asked.sent | {str(clinic_id): sent.token}))
    return response


@router.post("/clear")
def clear(check: CheckDoorDep, ask: AskDoorDep) -> Response:
    """Remove everything that was typed from this browser."""
    response = RedirectResponse("/", 303)
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
        **_said(typed),
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
    with house.database.reading() as session:
        return by_id(session, clinic_id)


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
    if answers is None or not _allowed(answers, check.check):
        response = RedirectResponse("/check" if answers is None else "/check/outcome", 303)
        check.keep(response, replace(check.check, clinic=clinic["id"]))
        return response
    return None


def _allowed(answers: Answers, check: Check) -> bool:
    return may_request(assess(answers).level, doctor_cleared=check.doctor_cleared)


def _typed(form: FormData) -> Row:
    typed: Row = {name: str(form.get(name, "")) for name in (*TEXT_FIELDS, "note")}
    # A browser sends line ends as CR LF, and counts them as one character against the limit.
    typed["note"] = typed["note"].replace("\r\n", "\n")
    for name in ("preferred_windows", "also_ask"):
        typed[name] = [str(value) for value in form.getlist(name)]
    return typed


def _said(typed: Row) -> Row:
    windows = [wording.window_from(value) for value in typed.get("preferred_windows", [])]
    said = {name: value for name, value in typed.items() if value != "" and name != "also_ask"}
    return said | {"preferred_windows": windows}


def _further(house: House, clinic: Row) -> list[Row]:
    """Return the clinics nearby that may be asked next."""
    with house.database.reading() as session:
        return elsewhere.around(session, clinic["id"], limit=MAX_HOPS)


def _agreed(typed: Row, further: list[Row]) -> list[Row]:
    """Return those of `further` that were ticked; what is not on offer does not count."""
    return [row for row in further if str(row["id"]) in typed.get("also_ask", ())]


def _faults(typed: Row) -> dict[str, str]:
    try:
        RequestDetails.model_validate(_said(typed) | {"consent_version": consent.VERSION})
    except ValidationError as error:
        return {str(e["loc"][0]): str(e["msg"]) for e in error.errors() if e["loc"]}
    return {}


def _details_page(
    house: House, clinic: Row, typed: Row, faults: dict[str, str] | None = None
) -> Response:
    faults = faults or {}
    return house.html.page(
        "appointments/details.html",
        status=422 if faults else 200,
        clinic=clinic,
        typed=typed,
        faults=faults,
        errors=[(f"f-{name}", text) for name, text in faults.items()],
        further=_further(house, clinic),
        days=wording.choices(
            hours.from_json(clinic["hours"]),
            clinic["timezone"],
            closed=ClosedDays.of(clinic["keeps_holidays"], clinic["closed_on"]),
            chosen=typed.get("preferred_windows", ()),
            now=house.now(),
        ),
    )


def _review_page(
    house: House,
    clinic: Row,
    asked: Asked,
    faults: dict[str, str] | None = None,
    *,
    sent_before: str | None = None,
) -> Response:
    faults = faults or {}
    shown = RequestDetails.model_validate(_said(asked.typed) | {"consent_version": consent.VERSION})
    return house.html.page(
        "appointments/review.html",
        status=422 if faults else 200,
        clinic=clinic,
        asked=shown,
        windows=[wording.window_words(w.date, w.part) for w in shown.preferred_windows],
        also_ask=_agreed(asked.typed, _further(house, clinic)),
        consent=consent,
        faults=faults,
        errors=[(f"f-{name}" if name else "main", text) for name, text in faults.items()],
        sent_before=sent_before,
    )
