"""What every page behind a private link shows: the request in words, and what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.responses import Response

from referral.appointments import wording
from referral.appointments.asking.doors import desk_of
from referral.appointments.deadlines import WAITLIST_ENDS
from referral.appointments.following import own_request
from referral.appointments.following.copies import CopiedRequest
from referral.appointments.reasons import DECLINE_REASONS, NEXT_STEPS
from referral.appointments.representations import Followed, HistoryItem, LookItem, OfferedTime
from referral.appointments.states import WAITING, Action, State
from referral.clinics.finding.pages import card
from referral.clinics.finding.search import by_id
from referral.languages import words
from referral.web import dates
from referral.web.deps import House
from referral.web.mistakes import Mistakes

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A private link, the request behind it as the person sees it, and its clinic."""

    token: str
    followed: Followed
    clinic: Row


def look(house: House, token: str, *, looks: int = own_request.FEW_LOOKS) -> Seen:
    """Return what is behind a private link, with so many looks, or raise NotFoundError."""
    with house.database.reading() as session:
        followed = own_request.follow(session, token, desk=desk_of(house), looks=looks)
        return Seen(token, followed, by_id(session.connection(), followed.clinic.id))


def show(
    house: House,
    template: str,
    seen: Seen,
    *,
    mistakes: Mistakes | None = None,
    **more: Any,  # noqa: ANN401 - what a template needs
) -> Response:
    """Show a page about the request; `mistakes` has its error summary."""
    followed, clinic = seen.followed, seen.clinic
    title, text = _stands(followed)
    can = {action.value for action in followed.available_actions}
    people = {person["id"]: person["name"] for person in clinic["chiropractors"]}
    return house.html.page(
        template,
        status=mistakes.status if mistakes else 200,
        errors=mistakes.errors if mistakes else [],
        token=seen.token,
        followed=followed,
        can=can,
        canceling=wording.CANCELING.get(followed.state, wording.CANCELING_A_REQUEST),
        state={"title": title, "text": text, "tag": wording.TAGS[followed.state]},
        waiting=followed.state in WAITING,
        overdue=followed.state in WAITING and followed.answer_by < house.now(),
        times=_times(followed, people, house.now()) if Action.ACCEPT in can else [],
        place=card(clinic, house.now()),
        seen_by=_name(people, followed.booking.chiropractor_id) if followed.booking else "",
        ends_on=_local(followed, _if_to_come(followed.expires_at, house.now())),
        held_until=_local(followed, followed.offer_expires_at),
        missed_until=_local(followed, followed.ask_again_until),
        listed_until=_local(followed, _list_ends(followed)),
        windows=[wording.window_words(w.date, w.part) for w in followed.preferred_windows],
        reasons=DECLINE_REASONS,
        next_steps=NEXT_STEPS,
        timeline=timeline(followed),
        looks=[look_row(item, followed) for item in followed.looks],
        **more,
    )


def _stands(followed: Followed) -> tuple[str, str]:
    if followed.state is State.EXPIRED and any(map(_ended_listed, followed.history)):
        return wording.LIST_ENDED
    return wording.STATES[followed.state]


def _ended_listed(item: HistoryItem) -> bool:
    return item.kind == "appointment.expired" and "listed" in item.data


def _local(followed: Followed, moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(ZoneInfo(followed.clinic.timezone))


def _if_to_come(moment: datetime | None, now: datetime) -> datetime | None:
    """Return a moment unless it has passed, as while no worker runs."""
    return moment if moment is not None and moment > now else None


def _list_ends(followed: Followed) -> datetime | None:
    """Return when the place on the waiting list ends, if the person stands on it."""
    listed = [item.at for item in followed.history if item.kind == "appointment.waitlisted"]
    return listed[-1] + WAITLIST_ENDS if followed.state is State.WAITLISTED and listed else None


def _times(followed: Followed, people: Mapping[UUID, str], now: datetime) -> list[Row]:
    """Return the times that can still be taken, each with its chiropractor if there are several."""
    named = people if len(people) > 1 else {}
    return [_choice(time, named) for time in followed.offered_times if time.starts_at > now]


def _choice(time: OfferedTime, people: Mapping[UUID, str]) -> Row:
    label = dates.moment(time.starts_at)
    return {"value": time.id, "label": label, "hint": _name(people, time.chiropractor_id)}


def _name(people: Mapping[UUID, str], chiropractor_id: UUID | None) -> str:
    return people.get(chiropractor_id, "") if chiropractor_id else ""


def timeline(followed: Followed | CopiedRequest) -> list[Row]:
    """Return what happened in words, oldest first."""
    zone = ZoneInfo(followed.clinic.timezone)
    last = len(followed.history) - 1
    return [
        _event(item, zone, current=place == last) for place, item in enumerate(followed.history)
    ]


def _event(item: HistoryItem, zone: ZoneInfo, *, current: bool) -> Row:
    local = item.at.astimezone(zone)
    return {
        "title": words(_title(item)),
        "when": dates.moment(local),
        "at": local.isoformat(timespec="seconds"),
        "current": current,
    }


def look_row(item: LookItem, followed: Followed | CopiedRequest) -> Row:
    """Return in words who of the clinic saw it."""
    local = item.at.astimezone(ZoneInfo(followed.clinic.timezone))
    return {
        "what": wording.LOOKS[item.kind],
        "by": item.by,
        "when": dates.moment(local),
        "at": local.isoformat(timespec="seconds"),
        "requests": item.requests,
    }


def _title(item: HistoryItem) -> str:
    if "sent_on" in item.data:
        return wording.PASSED_ON
    return wording.PLACE_ENDED if _ended_listed(item) else wording.EVENTS[item.kind]
