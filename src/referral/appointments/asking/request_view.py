"""What the pages on which a person asks a clinic show: the form, and all of it once more."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from starlette.responses import Response

from referral.appointments import consent, wording
from referral.appointments.asking import elsewhere
from referral.appointments.asking.doors import AskDoor, said
from referral.appointments.promise import answer_by
from referral.appointments.schemas import MAX_HOPS, RequestDetails
from referral.clinics import hours
from referral.clinics.holidays import ClosedDays
from referral.errors import TooManyError
from referral.symptoms.doors import Check
from referral.symptoms.outcome import answered
from referral.web.deps import House
from referral.web.mistakes import Mistakes
from referral.web.opening import TRAP, Opening

Row = dict[str, Any]
# The fields as they stand on the page, so that the summary of mistakes can be read down it.
IN_ORDER = (
    "preferred_windows",
    "requesting_for",
    "name",
    "patient_name",
    "phone",
    "email",
    "preferred_contact",
    "note",
    "also_ask",
)


def details_page(house: House, clinic: Row, typed: Row, faults: Mapping[str, str]) -> Response:
    """Show the form, with by when the clinic would answer a request sent now."""
    week, closed = _opening(clinic)
    days, now = house.settings.answer_days, house.now()
    return house.html.page(
        "appointments/details.html",
        status=422 if faults else 200,
        clinic=clinic,
        typed=typed,
        faults=faults,
        errors=[(f"f-{name}", faults[name]) for name in sorted(faults, key=_place)],
        further=further(house, clinic),
        answer_by=answer_by(week, clinic["timezone"], closed=closed, days=days, now=now),
        days=days_to_choose(clinic, typed.get("preferred_windows", ()), now=now),
    )


def days_to_choose(clinic: Row, ticked: Iterable[str], *, now: datetime) -> list[Row]:
    """Return the days on which a clinic is open next, for the slot grid."""
    week, closed = _opening(clinic)
    return wording.choices(week, clinic["timezone"], closed=closed, chosen=ticked, now=now)


def _opening(clinic: Row) -> tuple[hours.WeeklyHours, ClosedDays]:
    closed = ClosedDays.of(clinic["keeps_holidays"], clinic["closed_on"])
    return hours.from_json(clinic["hours"]), closed


def _place(name: str) -> int:
    return IN_ORDER.index(name) if name in IN_ORDER else len(IN_ORDER)


def review_page(
    house: House,
    clinic: Row,
    check: Check,
    ask: AskDoor,
    *,
    mistakes: Mistakes,
    opening: Opening,
    needs_work: bool,
) -> Response:
    """Show all that would go to the clinic."""
    typed = ask.asked.typed
    shown = RequestDetails.model_validate(said(typed) | {"consent_version": consent.VERSION})
    return house.html.page(
        "appointments/review.html",
        status=mistakes.status,
        too_many=mistakes.status == TooManyError.status,
        clinic=clinic,
        asked=shown,
        windows=[wording.window_words(w.date, w.part) for w in shown.preferred_windows],
        also_ask=agreed(typed, further(house, clinic)),
        consent=consent,
        answers=answered(check.known),
        doctor_cleared=check.doctor_cleared,
        kept=ask.sealed(),
        is_agreed=mistakes.typed.get("is_agreed", False),
        opening=opening,
        trap=TRAP if opening.has_trap else "",
        needs_work=needs_work,
        faults=mistakes.faults,
        errors=mistakes.errors,
    )


def further(house: House, clinic: Row) -> list[Row]:
    """Return the clinics nearby that may be asked next."""
    with house.database.reading() as session:
        return elsewhere.around(session, clinic["id"], limit=MAX_HOPS)


def agreed(typed: Row, nearby: list[Row]) -> list[Row]:
    """Return those of `nearby` that were ticked; what is not on offer does not count."""
    return [row for row in nearby if str(row["id"]) in typed.get("also_ask", ())]
