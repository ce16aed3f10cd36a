"""What a person does behind their private link: take a time, ask for others, stop, send it on."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from referral.appointments import elsewhere, following, wording
from referral.appointments.doors import TimesDoorDep, desk_of
from referral.appointments.follow_view import Seen, look, show
from referral.appointments.representations import Followed, Window
from referral.appointments.schemas import SENTENCES
from referral.appointments.states import Action, State
from referral.appointments.steps import Accept, NewWindows, PatientMove, PatientStep, SendOn
from referral.clinics import hours
from referral.clinics.holidays import ClosedDays
from referral.errors import ConflictError, InvalidError
from referral.symptoms.guidance import GUIDANCE
from referral.symptoms.levels import Level
from referral.text import N_
from referral.web.deps import FormDep, House, HouseDep

router = APIRouter(include_in_schema=False)

FOLLOW = "appointments/follow.html"
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
def accept(token: str, form: FormDep, house: HouseDep) -> Response:
    """Take one of the offered times; one that is gone meanwhile brings the page again."""
    try:
        step = Accept(action=Action.ACCEPT, time_id=UUID(str(form.get("time_id", ""))))
    except ValueError:
        errors = [("f-time_id", CHOOSE_TIME)]
        return show(house, FOLLOW, look(house, token), status=422, errors=errors)
    try:
        return _done(house, token, step)
    except InvalidError:
        return _too_late(house, look(house, token), TIME_GONE)


@router.post("/follow/{token}/cancel")
def cancel(token: str, house: HouseDep) -> Response:
    """Call the request off; doing it twice is no error."""
    return _done(house, token, PatientStep(action=Action.CANCEL))


@router.post("/follow/{token}/stop_notices")
def stop_notices(token: str, house: HouseDep) -> Response:
    """Stop the notices about the waiting list."""
    return _done(house, token, PatientStep(action=Action.STOP_NOTICES))


@router.get("/follow/{token}/elsewhere")
def other_clinics(token: str, house: HouseDep) -> Response:
    """Show the clinics that the request could go to instead."""
    seen = look(house, token)
    if Action.SEND_ON not in seen.followed.available_actions:
        return RedirectResponse(f"/follow/{token}", 303)
    return _elsewhere_page(house, seen)


@router.post("/follow/{token}/send_on")
def send_on(token: str, form: FormDep, house: HouseDep) -> Response:
    """Send the request to another clinic, and show it there."""
    try:
        step = SendOn(action=Action.SEND_ON, clinic_id=UUID(str(form.get("clinic_id", ""))))
        with house.database.unit_of_work() as session:
            followed = following.act(session, token, step, desk=desk_of(house))
    except ValueError:
        return _elsewhere_page(house, look(house, token), status=422, error=CHOOSE_CLINIC)
    except InvalidError as error:
        return _elsewhere_page(house, look(house, token), status=422, error=error.detail)
    except ConflictError as error:
        return _not_sent_on(house, token, error)
    return RedirectResponse(f"/follow/{followed.sent_on_token}", 303)


@router.get("/follow/{token}/{wish}")
def ask_for_times(token: str, wish: Wish, house: HouseDep, times: TimesDoorDep) -> Response:
    """Show the days and parts of day to choose from; nothing happens here."""
    seen = look(house, token)
    if Action(wish) not in seen.followed.available_actions:
        return RedirectResponse(f"/follow/{token}", 303)
    return _grid_page(house, seen, wish, chosen=times.ticked(token))


@router.post("/follow/{token}/{wish}")
def send_times(
    token: str, wish: Wish, form: FormDep, *, house: HouseDep, times: TimesDoorDep
) -> Response:
    """Tell the clinic when the person could come instead, or go back and keep what was ticked."""
    chosen = _chosen(form)
    if form.get("go") == "back":
        response = RedirectResponse(f"/follow/{token}", 303)
        times.keep(response, token, chosen)
        return response
    try:
        windows: Any = [wording.window_from(value) for value in chosen]
        step = NewWindows(action=Action(wish), preferred_windows=windows)
        done = _done(house, token, step)
    except ValidationError:
        error = SENTENCES["preferred_windows"]
    except InvalidError as invalid:
        error = invalid.detail
    else:
        times.forget(done)
        return done
    return _grid_page(house, look(house, token), wish, chosen=chosen, error=error)


def _done(house: House, token: str, step: PatientMove) -> Response:
    """Make the move and go back to the follow page; say so there if it is too late for it."""
    try:
        with house.database.unit_of_work() as session:
            following.act(session, token, step, desk=desk_of(house))
    except ConflictError as error:
        seen = look(house, token)
        if not _was_done(seen.followed, step):
            late = TOO_LATE if error.reason == "move-not-allowed" else error.detail
            return _too_late(house, seen, late)
    return RedirectResponse(f"/follow/{token}", 303)


def _was_done(followed: Followed, step: PatientMove) -> bool:
    """Say whether a second click found what the first one had done."""
    if isinstance(step, NewWindows):
        asked = [Window(date=w.date, part=w.part) for w in step.preferred_windows]
        waits = followed.state is State.RECEIVED or followed.wants_move
        return waits and followed.preferred_windows == asked
    return step.action in DONE and followed.state is DONE[step.action]


def _not_sent_on(house: House, token: str, error: ConflictError) -> Response:
    seen = look(house, token)
    if seen.followed.sent_on_token is not None:
        return RedirectResponse(f"/follow/{seen.followed.sent_on_token}", 303)
    if Action.SEND_ON not in seen.followed.available_actions:
        return _too_late(house, seen, TOO_LATE)
    return _elsewhere_page(house, seen, status=409, error=error.detail)


def _too_late(house: House, seen: Seen, error: str) -> Response:
    return show(house, FOLLOW, seen, status=409, errors=[("main", error)])


def _chosen(form: FormData) -> list[str]:
    return [str(value) for value in form.getlist("preferred_windows")]


def _grid_page(
    house: House, seen: Seen, wish: Wish, *, chosen: list[str] | None = None, error: str = ""
) -> Response:
    clinic = seen.clinic
    title, so_far = WISHES[wish]
    days = wording.choices(
        hours.from_json(clinic["hours"]),
        clinic["timezone"],
        closed=ClosedDays.of(clinic["keeps_holidays"], clinic["closed_on"]),
        chosen=chosen or (),
        now=house.now(),
    )
    return show(
        house,
        "appointments/times.html",
        seen,
        status=422 if error else 200,
        errors=[("f-preferred_windows", error)] if error else None,
        wish=wish,
        title=title,
        so_far=so_far,
        days=days,
    )


def _elsewhere_page(house: House, seen: Seen, *, status: int = 200, error: str = "") -> Response:
    with house.database.reading() as session:
        clinics = elsewhere.unasked(session, seen.token)
    number = house.settings.emergency_number
    more_urgent = GUIDANCE[Level.CHIROPRACTOR].more_urgent
    signs = [sign for sign in more_urgent if "{emergency_number}" in sign]
    return show(
        house,
        "appointments/elsewhere.html",
        seen,
        status=status,
        errors=[("main", error)] if error else None,
        clinics=clinics,
        signs=[sign.format(emergency_number=number) for sign in signs],
    )
