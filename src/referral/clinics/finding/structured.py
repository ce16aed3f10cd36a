"""A clinic in the words of schema.org, for search engines (pure).

It is a `MedicalClinic`, which has opening hours and takes new patients or not; chiropractic is none
of the specialties there, so it stands as a subject. Where the clinic lies is left out: we know the
middle of its ZIP code, and a map would put it there.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from referral.clinics.hours import DAYS, Period, WeeklyHours
from referral.clinics.opening import Timetable, closed_soon
from referral.clinics.standing import Accepting

Json = dict[str, Any]

# Others keep what they read here for weeks.
DAYS_AHEAD = 90
# A waiting list is neither.
TAKES_PATIENTS = {Accepting.YES: True, Accepting.NO: False}


def structured(row: Mapping[str, Any], *, url: str, now: datetime) -> Json:
    """Return the JSON-LD of a clinic in the shape of `ClinicShown`; what is not known is left out.

    `url` is the address of its page.
    """
    timetable = Timetable.of(row)
    clinic = _known(
        "MedicalClinic",
        name=row["name"],
        alternateName=row["other_names"],
        url=url,
        identifier=row["npi"] and _known("PropertyValue", propertyID="NPI", value=row["npi"]),
        telephone=row["phone"],
        address=_address(row, row["country"]),
        location=[
            _known("Place", address=_address(place, row["country"]), telephone=place["phone"])
            for place in row["places"]
        ],
        isAcceptingNewPatients=TAKES_PATIENTS.get(row["accepting"]),
        openingHoursSpecification=list(_weekly(timetable.week)),
        specialOpeningHoursSpecification=list(_closed(timetable, now)),
        employee=[
            _known("Person", name=person["name"], honorificSuffix=person["credential"])
            for person in row["chiropractors"]
        ],
        knowsAbout="Chiropractic",
        knowsLanguage=row["languages"],
    )
    return {"@context": "https://schema.org", "@id": url} | clinic


def _known(kind: str, **values: object) -> Json:
    return {"@type": kind} | {name: it for name, it in values.items() if it not in ("", [], None)}


def _address(place: Mapping[str, Any], country: str) -> Json:
    return _known(
        "PostalAddress",
        streetAddress=", ".join(filter(None, (place["address_1"], place["address_2"]))),
        addressLocality=place["city"],
        addressRegion=place["state"],
        postalCode=place["postal_code"],
        addressCountry=country,
    )


def _weekly(week: WeeklyHours) -> Iterator[Json]:
    days: dict[Period, list[str]] = {}
    for day, periods in week.items():
        for period in periods:
            days.setdefault(period, []).append(DAYS[day])
    for (opens, closes), names in days.items():
        yield _known(
            "OpeningHoursSpecification",
            dayOfWeek=names,
            opens=f"{opens:%H:%M}",
            closes=f"{closes:%H:%M}",
        )


def _closed(timetable: Timetable, now: datetime) -> Iterator[Json]:
    for day, name in closed_soon(timetable, now=now, days=DAYS_AHEAD):
        yield _known(
            "OpeningHoursSpecification",
            name=name,
            validFrom=day.isoformat(),
            validThrough=day.isoformat(),
            # That is how a day is said to be closed: as open for no time at all.
            opens="00:00",
            closes="00:00",
        )
