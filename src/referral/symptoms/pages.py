"""The symptom form: a page for each question, then the outcome. Nothing is stored on our side."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from referral.symptoms.doors import FIRST, PATHS, Check, CheckDoorDep
from referral.symptoms.outcome import outcome_of
from referral.symptoms.questions import QUESTIONS
from referral.symptoms.schemas import Answers
from referral.symptoms.triage import emergency_already
from referral.text import N_
from referral.web.deps import FormDep, House, HouseDep
from referral.web.mistakes import Mistakes, MistakesDep

router = APIRouter(include_in_schema=False)

ORDER = tuple(QUESTIONS)
OUTCOME = "/check/outcome"
NOT_TICKED = N_("Tick the box if a doctor has agreed. If not, see a doctor first.")
# The API may leave these open, and the rules then err on the safe side. A page can simply ask.
ASKED_ON_PAGES = {
    "spread": N_("Choose whether the pain travels."),
    "trend": N_("Choose whether it is better, the same or worse."),
    "function": N_("Choose how much of your usual day you can do."),
}


@router.get("/check")
def first_question(door: CheckDoorDep, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Ask for the danger signs."""
    return _page(house, FIRST, door.check, mistakes)


@router.post("/check")
def first_answer(
    form: FormDep, door: CheckDoorDep, house: HouseDep, mistakes: MistakesDep
) -> Response:
    """Take the danger signs; where one is an emergency, ask nothing more."""
    return _take(form, FIRST, door, house=house, mistakes=mistakes)


@router.get("/check/outcome")
def outcome(door: CheckDoorDep, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Show where the answers lead."""
    shown = outcome_of(door.check, house.settings.emergency_number)
    if shown is None:
        return RedirectResponse(_first_open(door.check.given), 303)
    return house.html.page(
        "symptoms/outcome.html", status=mistakes.status, errors=mistakes.errors, **shown
    )


@router.post("/check/cleared")
def cleared(form: FormDep, door: CheckDoorDep, mistakes: MistakesDep) -> Response:
    """Take the statement that a doctor has agreed to hands-on care."""
    if door.check.answers is None:
        return RedirectResponse(_first_open(door.check.given), 303)
    if form.get("doctor_cleared") != "yes":
        return mistakes.at(OUTCOME, {"doctor_cleared": NOT_TICKED})
    response = mistakes.corrected("/clinics")
    door.keep(response, replace(door.check, doctor_cleared=True))
    return response


@router.get("/check/{question}")
def later_question(
    question: str, door: CheckDoorDep, house: HouseDep, mistakes: MistakesDep
) -> Response:
    """Ask a later question."""
    if question not in ORDER[1:]:
        return RedirectResponse(PATHS[FIRST], 303)
    return _page(house, question, door.check, mistakes)


@router.post("/check/{question}")
def later_answer(
    question: str, form: FormDep, *, door: CheckDoorDep, house: HouseDep, mistakes: MistakesDep
) -> Response:
    """Take the answer of a later question."""
    if question not in ORDER[1:]:
        return RedirectResponse(PATHS[FIRST], 303)
    return _take(form, question, door, house=house, mistakes=mistakes)


def _take(
    form: FormData, question: str, door: CheckDoorDep, *, house: House, mistakes: Mistakes
) -> Response:
    typed = {question: _typed(form, question)}
    long = door.too_long(door.check.with_answers(typed))
    # What finds no room in the cookie of the form waits beside its mistake.
    apart = {name: typed.pop(name, "") for name in long}
    check = door.check.with_answers(typed)
    faults = _faults(check.given)
    here = long or {name: fault for name, fault in faults.items() if name == question}
    still_open = _open(check.given, faults)
    if (aside := _aside(form, question)) and not long:
        response: Response = RedirectResponse(aside, 303)
    elif here:
        response = mistakes.at(PATHS[question], here, typed=apart)
    else:
        check = check if still_open else check.as_answered(house.now())
        response = mistakes.corrected(_onward(question, check.given, still_open))
    door.keep(response, check)
    return response


def _aside(form: FormData, question: str) -> str | None:
    """Return where a button leads that only keeps the answer: back, or here in other words."""
    return {"back": _before(question), "stay": PATHS[question]}.get(str(form.get("go")))


def _typed(form: FormData, question: str) -> Any:  # noqa: ANN401 - a list of choices, or one text
    values = [value for value in form.getlist(question) if isinstance(value, str)]
    if QUESTIONS[question].kind == "multi":
        return values
    return values[0] if values else None


def _faults(given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong or missing, by question; the pages ask for more than the API needs."""
    faults = {name: text for name, text in ASKED_ON_PAGES.items() if not given.get(name)}
    said = {name: value for name, value in given.items() if value is not None}
    try:
        Answers.model_validate(said)
    except ValidationError as error:
        faults |= {str(e["loc"][0]): str(e["msg"]) for e in error.errors() if e["loc"]}
    return faults


def _open(given: Mapping[str, Any], faults: Collection[str]) -> list[str]:
    """Return the questions that are still to be asked or put right, in their order."""
    return [question for question in ORDER if question in faults or question not in given]


def _onward(question: str, given: Mapping[str, Any], still_open: Collection[str]) -> str:
    """Return where the answer to `question` leads: help, the next open question, the outcome.

    The danger signs come before all that is open, for whoever begins in the middle or has let a day
    pass: what was answered is kept no longer.
    """
    if not still_open or emergency_already(given.get("emergency_signs", ())):
        return OUTCOME
    if FIRST in still_open:
        return PATHS[FIRST]
    later = ORDER[ORDER.index(question) + 1 :]
    return next(PATHS[asked] for asked in (*later, *ORDER) if asked in still_open)


def _before(question: str) -> str:
    """Return the page of the question before this one; the first one stays."""
    return PATHS[ORDER[max(ORDER.index(question) - 1, 0)]]


def _first_open(given: Mapping[str, Any]) -> str:
    still_open = _open(given, _faults(given))
    return PATHS[still_open[0] if still_open else ORDER[-1]]


def _page(house: House, question: str, check: Check, mistakes: Mistakes) -> Response:
    asked, given = QUESTIONS[question], check.given
    still_open = _open(given, _faults(given))
    typed = mistakes.typed.get(question, given.get(question))
    is_first = question == FIRST
    is_untouched = is_first and not given and not mistakes.errors
    return house.html.page(
        "symptoms/question.html",
        status=mistakes.status,
        canonical=PATHS[question] if is_untouched else None,
        question=asked,
        number=ORDER.index(question) + 1,
        total=len(ORDER),
        optional=not asked.required and question not in ASKED_ON_PAGES,
        value="" if typed is None else typed,
        fault=mistakes.faults.get(question, ""),
        errors=mistakes.errors,
        action=PATHS[question],
        before=_before(question),
        # Where an answer that stands already leads.
        onward=_onward(question, given, still_open) if question not in still_open else "",
        is_asked_again=is_first and FIRST in still_open and bool(given.keys() - {FIRST}),
        is_for_clinic=is_first and check.clinic is not None,
    )
