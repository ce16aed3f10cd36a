"""The page of one clinic, and a clinic as a card of a list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from referral.clinics import hours
from referral.clinics.finding.doors import ZipsDep
from referral.clinics.finding.search import OF_ROW, by_id
from referral.clinics.finding.structured import structured
from referral.clinics.geography.addresses import in_one_line
from referral.clinics.geography.sketch import Sketch, draw
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.opening import Timetable, closed_soon, opening
from referral.clinics.provenance import sources
from referral.clinics.ranking import Facts
from referral.clinics.standing import Accepting, Standing
from referral.clinics.vocabulary import ACCESSIBILITY, INSURANCE, LANGUAGES, PRICES, TECHNIQUES
from referral.clinics.wording import opening_words, reasons, source_words
from referral.languages import in_words
from referral.text import N_
from referral.web import dates
from referral.web.deps import HouseDep
from referral.web.phones import spoken

router = APIRouter(include_in_schema=False)

TAGS = {
    Accepting.YES: ("good", N_("Taking new patients")),
    Accepting.WAITLIST: ("wait", N_("Waiting list")),
    Accepting.NO: ("stop", N_("No new patients now")),
    Accepting.UNKNOWN: ("neutral", N_("Call to ask about new patients")),
}
PAUSED = ("stop", N_("No online requests for now"))


@router.get("/clinics/{clinic_id}")
def clinic(clinic_id: UUID, house: HouseDep, zips: ZipsDep) -> Response:
    """Show one clinic."""
    with house.database.selecting() as connection:
        row = by_id(connection, clinic_id)
        found = sources(connection, clinic_id)
    shown = card(row, house.now())
    return house.html.page(
        "clinics/clinic.html",
        canonical=shown["url"],
        clinic=shown,
        row=row,
        sources=source_words(found),
        structured=structured(row, url=f"{house.settings.origin}{shown['url']}", now=house.now()),
        sketch=_sketch(row, zips),
    )


def card(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return a clinic in the words of the page, with the days of two weeks it stays closed."""
    at = row.get("nearest_place") or row
    timetable = Timetable.of(row)
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
        "opening": opening_words(opening(timetable, now=now), now=now),
        "hours": _spoken_hours(timetable.week),
        "zone": dates.zone(now.astimezone(timetable.zone)),
        "closed": [(dates.day(day), reason) for day, reason in closed_soon(timetable, now=now)],
        "languages": [in_words(LANGUAGES.get(code, code)) for code in row["languages"]],
        "techniques": [in_words(TECHNIQUES.get(code, code)) for code in row["techniques"]],
        "accessibility": [in_words(ACCESSIBILITY.get(code, code)) for code in row["accessibility"]],
        "insurance": [in_words(INSURANCE.get(code, code)) for code in row["insurance"]],
        "prices": [
            f"{in_words(PRICES.get(kind, kind))}: ${usd:,}" for kind, usd in row["prices"].items()
        ],
        "chiropractors": row["chiropractors"],
        "takes_requests": row["takes_requests"],
        "listed": row["standing"] is Standing.LISTED,
    }


def _sketch(row: dict[str, Any], zips: ZipCentroids) -> Sketch | None:
    """Draw where the ZIP code lies; in other countries the same digits lie elsewhere."""
    if row["country"] != "US" or row["postal_code"] not in zips:
        return None
    return draw(zips.find(row["postal_code"]).point, zips.around)


def _lines(place: Mapping[str, Any]) -> list[str]:
    locality = in_one_line(place["city"], place["state"], place["postal_code"])
    return [line for line in (place["address_1"], place["address_2"], locality) if line]


def _spoken_hours(week: hours.WeeklyHours) -> list[str]:
    """Return the lines to show; none where nobody told us, which is not the same as closed."""
    told = hours.describe(week, translate=in_words) if week else []
    # In Spanish no name of a day has a capital of its own.
    return [f"{days[:1].upper()}{days[1:]}: {times}" for days, times in told]
