"""The symptom form: three steps, then the outcome. Nothing is stored on our side."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from referral.symptoms.doors import PATHS, CheckDoorDep
from referral.symptoms.outcome import outcome_of
from referral.symptoms.questions import QUESTIONS, STEPS, Step
from referral.symptoms.schemas import Answers
from referral.symptoms.triage import emergency_already
from referral.text import N_
from referral.web.deps import FormDep, House, HouseDep
from referral.web.mistakes import Mistakes, MistakesDep

router = APIRouter(include_in_schema=False)

NUMBERED = {step.slug: number for number, step in enumerate(STEPS, start=1)}
OUTCOME = "/check/outcome"
NOT_TICKED = N_("Tick the box if a doctor has agreed. If not, see a doctor first.")
# The API may leave these open, and the rules then err on the safe side. A page can simply ask.
ASKED_ON_PAGES = {
    "spread": N_("Choose whether the pain travels."),
    "trend": N_("Choose whether it is better, the same or worse."),
    "function": N_("Choose how much of your usual day you can do."),
}


@router.get("/check")
def first_step(door: CheckDoorDep, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Show the danger signs."""
    return _page(house, STEPS[0], door.check.given, mistakes)


@router.post("/check")
def first_step_sent(
    form: FormDep, door: CheckDoorDep, house: HouseDep, mistakes: MistakesDep
) -> Response:
    """Take the danger signs; where one is an emergency, ask nothing more."""
    return _take(form, STEPS[0], door, house=house, mistakes=mistakes)


@router.get("/check/outcome")
def outcome(door: CheckDoorDep, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Show where the answers lead."""
    shown = outcome_of(door.check, house.settings.emergency_number)
    if shown is None:
        return RedirectResponse(_first_gap(door.check.given), 303)
    return house.html.page(
        "symptoms/outcome.html", status=mistakes.status, errors=mistakes.errors, **shown
    )


@router.post("/check/cleared")
def cleared(form: FormDep, door: CheckDoorDep, mistakes: MistakesDep) -> Response:
    """Take the statement that a doctor has agreed to hands-on care."""
    if door.check.answers is None:
        return RedirectResponse(_first_gap(door.check.given), 303)
    if form.get("doctor_cleared") != "yes":
        return mistakes.at(OUTCOME, {"doctor_cleared": NOT_TICKED})
    response = mistakes.corrected("/clinics")
    door.keep(response, replace(door.check, doctor_cleared=True))
    return response


@router.get("/check/{slug}")
def step(slug: str, door: CheckDoorDep, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Show a later step."""
    found = _step(slug)
    if found is None:
        return RedirectResponse(PATHS[STEPS[0].slug], 303)
    return _page(house, found, door.check.given, mistakes)


@router.post("/check/{slug}")
def step_sent(
    slug: str, form: FormDep, *, door: CheckDoorDep, house: HouseDep, mistakes: MistakesDep
) -> Response:
    """Take the answers of a later step."""
    found = _step(slug)
    if found is None:
        return RedirectResponse(PATHS[STEPS[0].slug], 303)
    return _take(form, found, door, house=house, mistakes=mistakes)


def _step(slug: str) -> Step | None:
    return next((step for step in STEPS[1:] if step.slug == slug), None)


def _take(
    form: FormData, step: Step, door: CheckDoorDep, *, house: House, mistakes: Mistakes
) -> Response:
    typed = _typed(form, step)
    long = door.too_long(door.check.with_answers(typed))
    # What finds no room in the cookie of the form waits beside its mistake.
    apart = {name: typed.pop(name, "") for name in long}
    check = door.check.with_answers(typed)
    faults = _faults(check.given)
    here = {question: faults[question] for question in step.questions if question in faults}
    if form.get("go") == "back" and not long:
        response: Response = RedirectResponse(_before(step), 303)
    elif long or here:
        response = mistakes.at(PATHS[step.slug], here | long, typed=apart)
    else:
        check = check if faults else check.as_answered(house.now())
        response = mistakes.corrected(_onward(step, check.given, faults))
    door.keep(response, check)
    return response


def _onward(step: Step, given: Mapping[str, Any], faults: Mapping[str, str]) -> str:
    """Return where the answers of `step` lead, with the faults of other steps."""
    emergency = bool(emergency_already(given.get("emergency_signs", ())))
    return OUTCOME if emergency or not faults else _next(step, faults)


def _typed(form: FormData, step: Step) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for question in step.questions:
        values = [value for value in form.getlist(question) if isinstance(value, str)]
        if QUESTIONS[question].kind == "multi":
            typed[question] = values
        else:
            typed[question] = values[0] if values else None
    return typed


def _faults(given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong or missing, by question; the pages ask for more than the API needs."""
    faults = {name: text for name, text in ASKED_ON_PAGES.items() if not given.get(name)}
    said = {name: value for name, value in given.items() if value is not None}
    try:
        Answers.model_validate(said)
    except ValidationError as error:
        faults |= {str(e["loc"][0]): str(e["msg"]) for e in error.errors() if e["loc"]}
    return faults


def _before(step: Step) -> str:
    """Return the step before this one; the first one stays."""
    return PATHS[STEPS[max(STEPS.index(step) - 1, 0)].slug]


def _next(step: Step, faults: Mapping[str, str]) -> str:
    """Return the step after this one, or the first one with a gap if this was the last."""
    position = STEPS.index(step) + 1
    later = STEPS[position:] or STEPS
    return next(PATHS[s.slug] for s in (*later, *STEPS) if faults.keys() & set(s.questions))


def _first_gap(given: Mapping[str, Any]) -> str:
    faults = _faults(given)
    gaps = (PATHS[step.slug] for step in STEPS if faults.keys() & set(step.questions))
    return next(gaps, PATHS[STEPS[-1].slug])


def _page(house: House, step: Step, given: Mapping[str, Any], mistakes: Mistakes) -> Response:
    number = NUMBERED[step.slug]
    typed = {**given, **mistakes.typed}
    is_untouched = step is STEPS[0] and not given and not mistakes.errors
    return house.html.page(
        "symptoms/step.html",
        status=mistakes.status,
        canonical=PATHS[step.slug] if is_untouched else None,
        step=step,
        number=number,
        total=len(STEPS),
        questions=[QUESTIONS[question] for question in step.questions],
        optional_questions={
            q.id for q in QUESTIONS.values() if not q.required and q.id not in ASKED_ON_PAGES
        },
        typed={name: value for name, value in typed.items() if value is not None},
        faults=mistakes.faults,
        errors=mistakes.errors,
        action=PATHS[step.slug],
    )
