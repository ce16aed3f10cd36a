"""The pages behind a private link: the confirmation, how the request stands, calling it off."""

from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from referral.appointments import following, wording
from referral.appointments.reasons import DECLINE_REASONS, NEXT_STEPS
from referral.appointments.representations import Followed, HistoryItem
from referral.appointments.states import WAITING, Action
from referral.appointments.steps import PatientStep
from referral.appointments.submission import Desk
from referral.errors import ConflictError
from referral.web import dates
from referral.web.deps import House, HouseDep

router = APIRouter(include_in_schema=False)


@router.get("/follow/{token}")
def follow(token: str, house: HouseDep) -> Response:
    """Show how the request stands and what can be done."""
    return _page(house, "appointments/follow.html", token)


@router.get("/follow/{token}/sent")
def sent(token: str, house: HouseDep) -> Response:
    """Show the confirmation."""
    return _page(house, "appointments/sent.html", token)


@router.get("/follow/{token}/cancel")
def ask_to_cancel(token: str, house: HouseDep) -> Response:
    """Ask once more before calling it off; nothing happens here."""
    return _page(house, "appointments/cancel.html", token)


@router.post("/follow/{token}/cancel")
def cancel(token: str, house: HouseDep) -> Response:
    """Call the request off; doing it twice is no error."""
    step = PatientStep(action=Action.CANCEL)
    with suppress(ConflictError), house.database.unit_of_work() as session:
        following.act(session, token, step, desk=_desk(house))
    return RedirectResponse(f"/follow/{token}", 303)


def _page(house: House, template: str, token: str) -> Response:
    now = house.now()
    with house.database.reading() as session:
        followed = following.follow(session, token, desk=_desk(house))
    title, text = wording.STATES[followed.state]
    return house.html.page(
        template,
        token=token,
        followed=followed,
        state={"title": title, "text": text, "tag": wording.TAGS[followed.state]},
        waiting=followed.state in WAITING,
        overdue=followed.state in WAITING and followed.answer_by < now,
        can_cancel=Action.CANCEL in followed.available_actions,
        windows=[wording.window_words(w.date, w.part) for w in followed.preferred_windows],
        reasons=DECLINE_REASONS,
        next_steps=NEXT_STEPS,
        timeline=_timeline(followed),
    )


def _desk(house: House) -> Desk:
    return Desk(house.vault, house.settings.answer_days, house.now())


def _timeline(followed: Followed) -> list[dict[str, Any]]:
    zone = ZoneInfo(followed.clinic.timezone)
    last = len(followed.history) - 1
    return [
        _event(item, zone, current=place == last) for place, item in enumerate(followed.history)
    ]


def _event(item: HistoryItem, zone: ZoneInfo, *, current: bool) -> dict[str, Any]:
    local = item.at.astimezone(zone)
    return {
        "title": wording.EVENTS[item.kind],
        "when": dates.moment(local),
        "at": local.isoformat(timespec="seconds"),
        "current": current,
    }
