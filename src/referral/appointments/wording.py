"""The words for windows, states and events, and the choices on the request form. Pure."""

from collections.abc import Container, Iterable
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from referral.appointments.promise import PartOfDay, offered_parts
from referral.appointments.states import LIVE, State
from referral.appointments.windows import FARTHEST
from referral.clinics.hours import WeeklyHours
from referral.languages import words
from referral.text import N_
from referral.web import dates

DAYS_SHOWN = 10
# As far as a window may lie: a clinic may be closed for many weeks.
DAYS_SEARCHED = FARTHEST.days - 1
PARTS = {
    PartOfDay.MORNING: (N_("Morning"), N_("before noon")),
    PartOfDay.AFTERNOON: (N_("Afternoon"), N_("noon to 5")),
    PartOfDay.EVENING: (N_("Evening"), N_("after 5")),
}
STATES = {
    State.REQUESTED: (N_("Sent"), N_("The clinic has your request. It has not opened it yet.")),
    State.RECEIVED: (N_("Opened by the clinic"), N_("The clinic is looking at your request.")),
    State.OFFERED: (N_("Choose a time"), N_("The clinic holds these times for you.")),
    State.WAITLISTED: (
        N_("On the waiting list"),
        N_("The clinic will offer you a time when one is free."),
    ),
    State.BOOKED: (N_("Booked"), N_("Your visit is booked.")),
    State.ARRIVED: (N_("At the clinic"), N_("The clinic noted that you came.")),
    State.NO_SHOW: (N_("Missed"), N_("The clinic noted that you did not come.")),
    State.COMPLETED: (N_("Visit done"), N_("This request is over.")),
    State.DECLINED: (N_("The clinic said no"), N_("The clinic cannot take this request.")),
    State.CANCELLED: (N_("Canceled"), N_("This request is over.")),
    State.EXPIRED: (
        N_("No answer"),
        N_("We are sorry. The clinic did not answer in time, and this request is over."),
    ),
    State.ENTERED_IN_ERROR: (
        N_("Withdrawn"),
        N_("The clinic withdrew this request because it was made by mistake."),
    ),
}
# What calling it off is called, and the question before it.
CANCELING = {
    State.WAITLISTED: (N_("Leave the waiting list"), N_("Leave the waiting list?")),
    State.BOOKED: (N_("Cancel the visit"), N_("Cancel this visit?")),
}
CANCELING_A_REQUEST = (N_("Cancel the request"), N_("Cancel this request?"))
TAGS = {
    State.REQUESTED: "wait",
    State.RECEIVED: "info",
    State.OFFERED: "info",
    State.WAITLISTED: "wait",
    State.BOOKED: "good",
    State.ARRIVED: "good",
    State.NO_SHOW: "stop",
    State.COMPLETED: "neutral",
    State.DECLINED: "stop",
    State.CANCELLED: "neutral",
    State.EXPIRED: "stop",
    State.ENTERED_IN_ERROR: "neutral",
}
LOOKS = {
    "opened": N_("Opened your request"),
    # That there are notes is for the clinic alone.
    "notes": N_("Opened your request"),
    "found": N_("Found it by your phone number or e-mail"),
    "exported": N_("Saved it in a file"),
    "changed": N_("Worked on it"),
}
EVENTS = {
    "appointment.requested": N_("You sent the request"),
    "appointment.mail_failed": N_("Our e-mail could not be delivered to you"),
    "appointment.received": N_("The clinic opened it"),
    "appointment.offered": N_("The clinic offered times"),
    "appointment.accepted": N_("You chose a time"),
    "appointment.refused": N_("You asked for other times"),
    "appointment.lapsed": N_("The offered times ran out"),
    "appointment.waitlisted": N_("The clinic put you on its waiting list"),
    "appointment.notices_stopped": N_("You stopped the notices"),
    "appointment.booked": N_("The clinic booked a time"),
    "appointment.move_asked": N_("You asked for another time"),
    "appointment.moved": N_("The clinic moved the visit"),
    "appointment.released": N_("The clinic could not keep the time"),
    "appointment.arrived": N_("You came to the clinic"),
    "appointment.no_show": N_("The visit was missed"),
    "appointment.asked_again": N_("You asked for another time"),
    "appointment.completed": N_("The visit is done"),
    "appointment.declined": N_("The clinic answered"),
    "appointment.cancelled": N_("The request was canceled"),
    "appointment.expired": N_("The clinic did not answer in time"),
    "appointment.sent_on": N_("The request went to another clinic"),
    "appointment.called": N_("The clinic called you"),
    "appointment.undone": N_("The clinic took its last step back"),
    "appointment.entered_in_error": N_("The clinic withdrew it as a mistake"),
    "appointment.erased": N_("Your data were erased"),
}
# Who asks a clinic again on the same answers: how the request before stands, and what to do.
ASKED_BEFORE = dict.fromkeys(
    LIVE, N_("You have already sent a request to this clinic. Follow or cancel that one.")
) | {
    State.COMPLETED: N_(
        "You already asked this clinic, and that visit is done. "
        "To ask again, answer the questions again."
    ),
    State.DECLINED: N_(
        "You already asked this clinic, and it said no. Your request shows why and what to do next."
    ),
    State.CANCELLED: N_(
        "You already asked this clinic, and that request was canceled. "
        "To ask again, answer the questions again."
    ),
    State.EXPIRED: N_(
        "You already asked this clinic, and it gave you no time. "
        "To ask again, answer the questions again, or choose another clinic."
    ),
    State.ENTERED_IN_ERROR: N_(
        "You already asked this clinic, and it withdrew that request as a mistake. "
        "To ask again, answer the questions again."
    ),
}
# In place of STATES and EVENTS where the clinic did answer, but had no time for its waiting list.
LIST_ENDED = (
    N_("List ended"),
    N_("We are sorry. No time came free while you were on the list, and this request is over."),
)
PLACE_ENDED = N_("Your place on the waiting list ended")
# A request that came from another clinic was not typed again.
PASSED_ON = N_("The request came here from another clinic")


def choices(
    hours: WeeklyHours,
    timezone: str,
    *,
    closed: Container[date],
    chosen: Iterable[str],
    now: datetime,
) -> list[dict[str, Any]]:
    """Return the next open days with their parts of day, tomorrow first, for the slot grid.

    A value is `ISO date` `_` `part of day`, as `window_from` reads it.
    """
    today = now.astimezone(ZoneInfo(timezone)).date()
    coming = (today + timedelta(days=offset) for offset in range(1, DAYS_SEARCHED + 1))
    offered = ((day, offered_parts(hours, day, closed=closed)) for day in coming)
    open_days = islice((each for each in offered if each[1]), DAYS_SHOWN)
    picked = set(chosen)
    return [
        {
            "label": dates.weekday(day).capitalize(),
            "date": dates.month_day(day).replace(dates.NB, " "),
            "parts": [_choice(day, part, open_parts, picked) for part in PARTS],
        }
        for day, open_parts in open_days
    ]


def window_from(value: str) -> dict[str, str]:
    """Read a value of the slot grid; what is not one fails later, as any bad window does."""
    day, _, part = value.partition("_")
    return {"date": day, "part": part}


def window_words(day: date, part: PartOfDay) -> str:
    """Return a window such as `Tuesday, December 1, morning`."""
    return f"{dates.day(day)}, {words(PARTS[part][0]).lower()}"


def _choice(
    day: date, part: PartOfDay, offered: tuple[PartOfDay, ...], picked: set[str]
) -> dict[str, Any]:
    value = f"{day.isoformat()}_{part}"
    label, spoken_hours = PARTS[part]
    return {
        "value": value,
        "label": words(label),
        "hours": words(spoken_hours),
        "checked": value in picked,
        "disabled": part not in offered,
    }
