"""The page of one clinic, and a clinic as a card of a list."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from referral.clinics import hours
from referral.clinics.holidays import ClosedDays
from referral.clinics.provenance import sources
from referral.clinics.ranking import Facts
from referral.clinics.search import OF_ROW, by_id
from referral.clinics.standing import Accepting, Standing
from referral.clinics.vocabulary import LANGUAGES, TECHNIQUES
from referral.clinics.wording import reasons, source_words
from referral.text import N_
from referral.web import dates
from referral.web.deps import HouseDep
from referral.web.phones import spoken

router = APIRouter(include_in_schema=False)

DAYS_AHEAD = 14
TAGS = {
    Accepting.YES: ("good", N_("Taking new patients")),
    Accepting.WAITLIST: ("wait", N_("Waiting list")),
    Accepting.NO: ("stop", N_("No new patients now")),
    Accepting.UNKNOWN: ("neutral", N_("Call to ask about new patients")),
}
PAUSED = ("stop", N_("No online requests for now"))


@router.get("/clinics/{clinic_id}")
def clinic(clinic_id: UUID, house: HouseDep) -> Response:
    """Show one clinic."""
    with house.database.selecting() as connection:
        row = by_id(connection, clinic_id)
        found = sources(connection, clinic_id)
    return house.html.page(
        "clinics/clinic.html",
        clinic=card(row, house.now()),
        row=row,
        sources=source_words(found),
    )


def card(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return a clinic in the words of the page, with the days of two weeks it stays closed."""
    at = row.get("nearest_place") or row
    kind, words = PAUSED if row["paused"] else TAGS[row["accepting"]]
    return {
        "id": row["id"],
        "url": f"/clinics/{row['id']}",
        "name": row["name"],
        "address": _lines(at),
        "phone": spoken(at["phone"] or row["phone"]),
        "other_names": row["other_names"],
        "places": [
            {"address": _lines(place), "phone": spoken(place["phone"])} for place in row["places"]
        ],
        "tag": {"kind": kind, "text": words},
        "miles": row.get("distance_miles"),
        "why": list(reasons(Facts(*OF_ROW(row)), now=now, zone=row["timezone"])),
        "hours": _spoken_hours(_hours(row)),
        "zone": dates.zone(now.astimezone(ZoneInfo(row["timezone"]))),
        "closed": list(_closed_soon(row, now)),
        "languages": [LANGUAGES.get(code, code) for code in row["languages"]],
        "techniques": [TECHNIQUES.get(code, code) for code in row["techniques"]],
        "chiropractors": row["chiropractors"],
        "takes_requests": row["takes_requests"],
        "listed": row["standing"] is Standing.LISTED,
    }


def _lines(place: Mapping[str, Any]) -> list[str]:
    locality = f"{place['city']}, {place['state']} {place['postal_code']}"
    return [line for line in (place["address_1"], place["address_2"], locality) if line]


def _closed_soon(row: dict[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the days of the next two weeks on which a clinic does not open as it would, and why."""
    closed = ClosedDays.of(row["keeps_holidays"], row["closed_on"])
    today = now.astimezone(ZoneInfo(row["timezone"])).date()
    for day in (today + timedelta(days=offset) for offset in range(DAYS_AHEAD)):
        reason = closed.reason(day)
        if reason is not None and hours.open_on(_hours(row), day):
            yield dates.day(day), reason


def _spoken_hours(week: hours.WeeklyHours) -> list[str]:
    """Return the lines to show; none where nobody told us, which is not the same as closed."""
    return [f"{days}: {times}" for days, times in hours.describe(week)] if week else []


def _hours(row: dict[str, Any]) -> hours.WeeklyHours:
    return hours.from_json(row["hours"])
