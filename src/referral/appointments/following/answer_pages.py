"""What a person does behind their private link: take a time, ask for others, stop, send it on."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from referral.appointments import wording
from referral.appointments.asking import elsewhere
from referral.appointments.asking.doors import desk_of
from referral.appointments.asking.request_view import days_to_choose
from referral.appointments.following import own_request
from referral.appointments.following.follow_view import look, show
from referral.appointments.representations import Followed, Window
from referral.appointments.schemas import SENTENCES
from referral.appointments.states import Action, State
from referral.appointments.steps import Accept, NewWindows, PatientMove, PatientStep, SendOn
from referral.clinics.finding.pages import card
from referral.errors import ConflictError, InvalidError
from referral.symptoms.guidance import GUIDANCE, in_full
from referral.symptoms.levels import Level
from referral.text import N_
from referral.web.deps import FormDep, House, HouseDep
from referral.web.mistakes import PAGE, Mistakes, MistakesDep

router = APIRouter(include_in_schema=False)

CHOOSE_TIME = N_("Choose one of the times.")
TIME_GONE = N_("That time is no longer free. Below is how your request stands now.")
TOO_LATE = N_("That is not possible any more. Below is how your request stands now.")
CHOOSE_CLINIC = N_("Choose one of these clinics.")


class Wish(StrEnum):
    """The moves that take new times when the person could come."""

    REFUSE = "refuse"
    ASK_MOVE = "ask_move"
    ASK_AGAIN = "ask_again"


# Where a request stands once it is done: a second click finds it there.
DONE = {Action.CANCEL: State.CANCELLED, Action.STOP_NOTICES: State.WAITLISTED}
# Title and what happens to the times so far.
WISHES: Mapping[Wish, tuple[str, str]] = {
    Wish.REFUSE: (
        N_("When could you come instead?"),
        N_("The clinic frees the times that it held for you, and looks for another one."),
    ),
    Wish.ASK_MOVE: (
        N_("When could you come instead?"),
        N_("You keep the booked time until the clinic moves it."),
    ),
    Wish.ASK_AGAIN: (
        N_("When could you come now?"),
        N_("The clinic gets your request again. You need not explain why you missed the visit."),
    ),
}


@router.post("/follow/{token}/accept")
def accept(token: str, form: FormDep, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Take one of the offered times; one that is gone meanwhile brings the page again."""
    try:
        step = Accept(action=Action.ACCEPT, time_id=UUID(str(form.get("time_id", ""))))
    except ValueError:
        return mistakes.at(f"/follow/{token}", {"time_id": CHOOSE_TIME})
    try:
        return _done(house, token, step, mistakes)
    except InvalidError:
        return _too_late(token, TIME_GONE, mistakes)


@router.post("/follow/{token}/cancel")
def cancel(token: str, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Call the request off; doing it twice is no error."""
    return _done(house, token, PatientStep(action=Action.CANCEL), mistakes)


@router.post("/follow/{token}/stop_notices")
def stop_notices(token: str, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Stop the notices about the waiting list."""
    return _done(house, token, PatientStep(action=Action.STOP_NOTICES), mistakes)


@router.get("/follow/{token}/elsewhere")
def other_clinics(token: str, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Show the clinics that the request could go to instead."""
    seen = look(house, token)
    if Action.SEND_ON not in seen.followed.available_actions:
        return RedirectResponse(f"/follow/{token}", 303)
    with house.database.reading() as session:
        clinics = elsewhere.unasked(session, token)
        to_call = [] if clinics else elsewhere.to_call(session, token)
    number = house.settings.emergency_number
    more_urgent = GUIDANCE[Level.CHIROPRACTOR].more_urgent
    signs = [sign for sign in more_urgent if "%(emergency_number)s" in sign]
    return show(
        house,
        "appointments/elsewhere.html",
        seen,
        mistakes=mistakes,
        clinics=clinics,
        to_call=[card(row, house.now()) for row in to_call],
        signs=in_full(signs, number),
    )


@router.post("/follow/{token}/send_on")
def send_on(token: str, form: FormDep, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Send the request to another clinic, and show it there."""
    page = f"/follow/{token}/elsewhere"
    try:
        step = SendOn(action=Action.SEND_ON, clinic_id=UUID(str(form.get("clinic_id", ""))))
        with house.database.unit_of_work() as session:
            followed = own_request.act(session, token, step, desk=desk_of(house))
    except ValueError:
        return mistakes.at(page, {PAGE: CHOOSE_CLINIC})
    except InvalidError as error:
        return mistakes.at(page, {PAGE: error.detail})
    except ConflictError as error:
        followed = look(house, token).followed
        if followed.sent_on_token is None:
            if Action.SEND_ON not in followed.available_actions:
                return _too_late(token, TOO_LATE, mistakes)
            return mistakes.at(page, {PAGE: error.detail}, status=error.status)
    return mistakes.corrected(f"/follow/{followed.sent_on_token}")


@router.get("/follow/{token}/{wish}")
def ask_for_times(token: str, wish: Wish, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Show the days and parts of day to choose from; nothing happens here."""
    seen = look(house, token)
    if Action(wish) not in seen.followed.available_actions:
        return RedirectResponse(f"/follow/{token}", 303)
    title, so_far = WISHES[wish]
    ticked = mistakes.typed.get("preferred_windows", ())
    return show(
        house,
        "appointments/times.html",
        seen,
        mistakes=mistakes,
        wish=wish,
        title=title,
        so_far=so_far,
        days=days_to_choose(seen.clinic, ticked, now=house.now()),
    )


@router.post("/follow/{token}/{wish}")
def send_times(
    token: str, wish: Wish, form: FormDep, *, house: HouseDep, mistakes: MistakesDep
) -> Response:
    """Tell the clinic when the person could come instead, or go back and keep what was ticked."""
    page = f"/follow/{token}/{wish}"
    ticked = [str(value) for value in form.getlist("preferred_windows")]
    typed = {"preferred_windows": ticked}
    if to := {"back": f"/follow/{token}", "stay": page}.get(str(form.get("go"))):
        return mistakes.put_aside(page, typed, to=to)
    try:
        windows: Any = [wording.window_from(value) for value in ticked]
        step = NewWindows(action=Action(wish), preferred_windows=windows)
        return _done(house, token, step, mistakes)
    except ValidationError:
        faults = {"preferred_windows": SENTENCES["preferred_windows"]}
    except InvalidError as error:
        faults = {"preferred_windows": error.detail}
    return mistakes.at(page, faults, typed=typed)


def _done(house: House, token: str, step: PatientMove, mistakes: Mistakes) -> Response:
    """Make the move and go back to the follow page; say so there if it is too late for it."""
    try:
        with house.database.unit_of_work() as session:
            own_request.act(session, token, step, desk=desk_of(house))
    except ConflictError as error:
        if not _was_done(look(house, token).followed, step):
            late = TOO_LATE if error.reason == "move-not-allowed" else error.detail
            return _too_late(token, late, mistakes)
    return mistakes.corrected(f"/follow/{token}")


def _too_late(token: str, why: str, mistakes: Mistakes) -> Response:
    return mistakes.at(f"/follow/{token}", {PAGE: why}, status=ConflictError.status)


def _was_done(followed: Followed, step: PatientMove) -> bool:
    """Say whether a second click found what the first one had done."""
    if isinstance(step, NewWindows):
        asked = [Window(date=w.date, part=w.part) for w in step.preferred_windows]
        waits = followed.state is State.RECEIVED or followed.wants_move
        return waits and followed.preferred_windows == asked
    return step.action in DONE and followed.state is DONE[step.action]
