"""Joining by invitation: a code or a link, the clinic's details, one button, and the key once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from referral.clinics.membership import inviting
from referral.clinics.membership.detail_view import Place, rows, show, take
from referral.clinics.membership.inviting import Accepted
from referral.clinics.membership.sections import SECTIONS, SHOWN_AT, section_of
from referral.clinics.representations import OwnClinic
from referral.errors import ConflictError, InvalidError, NotFoundError, TooManyError
from referral.repeats import Call
from referral.text import N_
from referral.web.callers import CallerDep
from referral.web.deps import FormDep, House, HouseDep
from referral.web.mistakes import PAGE, MistakesDep

router = APIRouter(include_in_schema=False)

COOKIE = "referral-joined"
# For how long the browser in which a clinic joined may show its key again, after a reload.
KEY_SHOWN_FOR = timedelta(hours=1)
LONGEST = 40
NO_MATCH = N_("No invitation has this code. Check it sign by sign, or ask for a new one.")


class Pressed(BaseModel):
    """The button that joins; it says nothing else."""


@router.get("/join")
def ask_for_code(house: HouseDep, mistakes: MistakesDep) -> Response:
    """Show the form for a code that was told by phone."""
    return house.html.page(
        "clinics/join.html", status=mistakes.status, errors=mistakes.errors, typed=mistakes.typed
    )


@router.post("/join")
def code_sent(form: FormDep, house: HouseDep, mistakes: MistakesDep, caller: CallerDep) -> Response:
    """Lead to the invitation; an address has an allowance of tries, and so have all together."""
    typed = {"code": str(form.get("code", ""))[:LONGEST]}
    try:
        caller.take("join")
        caller.take_of_all("join-all")
    except TooManyError as error:
        return mistakes.at("/join", {"code": error.detail}, typed=typed, status=error.status)
    with house.database.reading() as session:
        token = inviting.token_of(session, typed["code"], vault=house.vault, now=house.now())
    if token is None:
        return mistakes.at("/join", {"code": NO_MATCH}, typed=typed)
    return mistakes.corrected(f"/join/{token}")


@router.get("/join/{token}")
def invitation(token: str, house: HouseDep, mistakes: MistakesDep, saved: str = "") -> Response:
    """Show the clinic's details as they will be, and the button that joins."""
    seen = _seen(house, token)
    if seen is None:
        return _over(house)
    own, expires_at = seen
    here = ZoneInfo(own.timezone)
    return house.html.page(
        "clinics/invitation.html",
        status=mistakes.status,
        errors=mistakes.errors,
        own=own,
        rows=rows(own, f"/join/{token}", house.now().astimezone(here).date()),
        until=expires_at.astimezone(here),
        saved=SECTIONS.get(saved),
        once=token_urlsafe(24),
        token=token,
    )


@router.post("/join/{token}")
def join(token: str, form: FormDep, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Let the clinic join, once however often the button is pressed, and show its key."""
    place = f"/join/{token}"
    try:
        accepted = _accept(house, token, once=str(form.get("once", ""))[:LONGEST] or None)
    except NotFoundError:
        return RedirectResponse(place, 303)
    except ConflictError as error:
        return mistakes.at(place, {PAGE: error.detail}, status=error.status)
    except InvalidError as error:
        faults = {str(one.loc[0]): one.detail for one in error.problems}
        first = section_of(next(iter(faults)))
        here = {SHOWN_AT.get(k, k): v for k, v in faults.items() if section_of(k) == first}
        return mistakes.at(f"{place}/{first}", here)
    response = mistakes.corrected("/joined")
    kept = accepted.model_dump(mode="json") | {"at": house.now().isoformat()}
    house.draft(COOKIE).keep(response, kept)
    return response


@router.get("/joined")
def joined(request: Request, house: HouseDep) -> Response:
    """Show the new key in the browser in which the clinic joined, for an hour at most."""
    kept = house.draft(COOKIE).read(request)
    is_fresh = kept and house.now() < datetime.fromisoformat(kept["at"]) + KEY_SHOWN_FOR
    return house.html.page("clinics/joined.html", made=kept if is_fresh else None)


@router.post("/joined")
def key_kept(house: HouseDep) -> Response:
    """Take the key out of the browser."""
    response = RedirectResponse("/joined", 303)
    house.draft(COOKIE).forget(response)
    return response


@router.get("/join/{token}/{section}")
def section_form(token: str, section: str, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Show the form of one section."""
    seen = _seen(house, token)
    if seen is None:
        return _over(house)
    return show(house, Place(f"/join/{token}", section), seen[0], mistakes)


@router.post("/join/{token}/{section}")
def section_sent(
    token: str, section: str, form: FormDep, *, house: HouseDep, mistakes: MistakesDep
) -> Response:
    """Keep what the clinic says of itself until it joins."""
    place = Place(f"/join/{token}", section)

    def keep(values: Mapping[str, Any]) -> None:
        with house.database.unit_of_work() as session:
            inviting.enter(session, token, values, now=house.now())

    seen = _seen(house, token)
    if seen is None:
        return RedirectResponse(place.base, 303)
    return take(form, place, seen[0], mistakes=mistakes, keep=keep)


def _accept(house: House, token: str, *, once: str | None) -> Accepted:
    call = Call("acceptInvitation", once, Pressed(), Accepted)

    def verb(session: Any) -> Accepted:  # noqa: ANN401 - a session, which doors do not name
        return house.once(
            session,
            call,
            lambda: inviting.accept(session, token, vault=house.vault, now=house.now()),
            holder=token,
        )

    return house.database.settle(verb)


def _seen(house: House, token: str) -> tuple[OwnClinic, datetime] | None:
    """Return the clinic as it is entered so far and until when it is invited, if it is."""
    try:
        with house.database.reading() as session:
            held = inviting.held_by(session, token, now=house.now())
            return inviting.entered(session, held), held.expires_at
    except NotFoundError:
        return None


def _over(house: House) -> Response:
    return house.html.page("clinics/no_invitation.html", status=404)
