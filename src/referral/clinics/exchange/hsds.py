"""Writes clinics in the Human Services Data Specification (HSDS) 3, for other directories (pure).

Each clinic is one dereferenced `service` with its organization and locations, see
https://docs.openreferral.org and docs/adr/0023. What the standard has no field for stands in
attributes, whose terms are those of `hsds_terms`.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid5
from zoneinfo import ZoneInfo

from pydantic_core import to_json

from referral.clinics import hours
from referral.clinics.exchange.entries import NAMESPACE, Branch, Entry
from referral.clinics.exchange.hsds_terms import (
    ACCESS,
    CHIROPRACTOR,
    CLINIC,
    HOLIDAYS,
    NPI,
    NUCC,
    PAYER,
    TECHNIQUE,
    TERMS,
    VISIT,
)
from referral.clinics.geography.addresses import Location
from referral.clinics.standing import Accepting
from referral.clinics.vocabulary import ACCESSIBILITY, LANGUAGES, PRICES

SERVICE = "Chiropractic care"
# Winter in the north and summer in the south: which of the two has no part in the standard offset.
_ANY_DAY, _NONE = datetime(2026, 1, 1, tzinfo=UTC), timedelta()
Json = dict[str, Any]


def page(entries: Iterable[Entry], count: int) -> Iterator[bytes]:
    """Yield the document: a `Page` of `count` services as `GET /services` has it, one in a line."""
    header = {
        "total_items": count,
        "total_pages": 1,
        "page_number": 1,
        "size": count,
        "first_page": True,
        "last_page": True,
        "empty": count == 0,
    }
    yield to_json(header)[:-1] + b',"contents":['
    for number, entry in enumerate(entries):
        yield (b",\n" if number else b"\n") + to_json(service(entry))
    yield b"\n]}\n"


def service(entry: Entry) -> Json:
    """Return one clinic as a `service`."""
    own = _Own(entry)
    owner = "service", own.id("service")
    marks = [(NUCC, CHIROPRACTOR)]
    marks += [(TECHNIQUE, code) for code in entry.techniques]
    marks += [(PAYER, code) for code in entry.insurance]
    attributes = [own.attribute(owner, *mark) for mark in marks]
    if entry.accepting is not Accepting.UNKNOWN:
        attributes.append(own.attribute(owner, CLINIC, "accepting", entry.accepting))
    return {
        "id": own.id("service"),
        "name": SERVICE,
        "status": "active",
        "organization": _organization(entry, own),
        "service_at_locations": [_at_its_address(entry, own), *_at_other_places(entry, own)],
        "languages": [
            {"id": own.id("language", code), "name": LANGUAGES.get(code, code), "code": code}
            for code in entry.languages
        ],
        "contacts": [*_contacts(entry, own)],
        "cost_options": [*_cost_options(entry, own)],
        "attributes": attributes,
    }


class _Own:
    """Makes ids that are always the same for one clinic, and its attributes."""

    def __init__(self, entry: Entry) -> None:
        self._clinic_id = entry.id

    def id(self, *what: object) -> str:
        return str(uuid5(self._clinic_id, " ".join(map(str, what))))

    def attribute(self, owner: tuple[str, str], taxonomy: str, code: str, value: str = "") -> Json:
        """Return the attribute of an entity: of its table and its id."""
        entity, link_id = owner
        term = _term(taxonomy, code)
        attribute = {
            "id": self.id("attribute", link_id, taxonomy, code, value),
            "link_id": link_id,
            "link_entity": entity,
            "taxonomy_term_id": term["id"],
            "taxonomy_term": term,
        }
        return attribute | ({"value": str(value)} if value else {})


@lru_cache(maxsize=1024)
def _term(taxonomy: str, code: str) -> Json:
    label = TERMS[taxonomy].get(code, code)
    return {
        "id": str(uuid5(NAMESPACE, f"{taxonomy} {code}")),
        "code": code,
        "name": label,
        "description": label,
        "taxonomy": taxonomy,
    }


def _organization(entry: Entry, own: _Own) -> Json:
    mine = own.id("organization")
    organization: Json = {
        "id": mine,
        "name": entry.name,
        "description": f"Chiropractic clinic in {entry.city}",
    }
    if entry.other_names:
        organization["alternate_name"] = entry.other_names[0]
        organization["attributes"] = [
            own.attribute(("organization", mine), CLINIC, "other_name", name)
            for name in entry.other_names[1:]
        ]
    if entry.npi:
        organization["organization_identifiers"] = [
            {
                "id": own.id("npi"),
                "identifier_scheme": NPI,
                "identifier_type": "NPI",
                "identifier": entry.npi,
            }
        ]
    return organization


def _at_its_address(entry: Entry, own: _Own) -> Json:
    mine = own.id("service_at_location")
    address = Location(**{name: getattr(entry, name) for name in Location.__slots__})
    location = _location(str(entry.id), Branch(address, entry.point), entry.country, own)
    location["accessibility"] = [*_accessibility(entry, own)]
    holidays = HOLIDAYS if entry.keeps_holidays else "none"
    values = [("timezone", entry.timezone), ("holidays", holidays)]
    values += [("closed_on", day) for day in entry.closed_on]
    owner = "service_at_location", mine
    return {
        "id": mine,
        "location": location,
        "schedules": [*_schedules(entry, own)],
        "attributes": [own.attribute(owner, CLINIC, *value) for value in values],
    }


def _accessibility(entry: Entry, own: _Own) -> Iterator[Json]:
    for code in entry.accessibility:
        mine = own.id("accessibility", code)
        yield {
            "id": mine,
            "description": ACCESSIBILITY.get(code, code),
            "attributes": [own.attribute(("accessibility", mine), ACCESS, code)],
        }


def _at_other_places(entry: Entry, own: _Own) -> Iterator[Json]:
    for branch in entry.branches:
        mine = own.id("location", branch.location.spot)
        location = _location(mine, branch, entry.country, own)
        location["attributes"] = [own.attribute(("location", mine), CLINIC, "other_place")]
        yield {"id": own.id("service_at_location", branch.location.spot), "location": location}


def _location(mine: str, place: Branch, country: str, own: _Own) -> Json:
    address, point = place
    phone = {"id": own.id("phone", mine), "number": address.phone, "type": "voice"}
    return {
        "id": mine,
        "location_type": "physical",
        "latitude": point.latitude,
        "longitude": point.longitude,
        "addresses": [
            {
                "id": own.id("address", mine),
                "address_1": address.address_1,
                **({"address_2": address.address_2} if address.address_2 else {}),
                "city": address.city,
                "state_province": address.state,
                "postal_code": address.postal_code,
                "country": country,
                "address_type": "physical",
            }
        ],
        "phones": [phone] if address.phone else [],
    }


def _schedules(entry: Entry, own: _Own) -> Iterator[Json]:
    """Yield each opening time with the days that share it, in order of time."""
    days: dict[hours.Period, list[str]] = {}
    for day, periods in hours.from_json(entry.hours).items():
        for period in periods:
            days.setdefault(period, []).append(day)
    here = _ANY_DAY.astimezone(ZoneInfo(entry.timezone))
    standard = (here.utcoffset() or _NONE) - (here.dst() or _NONE)
    for period in sorted(days):
        opens, closes = f"{period.opens:%H:%M}", f"{period.closes:%H:%M}"
        yield {
            "id": own.id("schedule", opens, closes),
            "freq": "WEEKLY",
            "byday": ",".join(day.upper() for day in days[period]),
            "opens_at": opens,
            "closes_at": closes,
            "timezone": standard.total_seconds() / 3600,
            "notes": f"On the clock of {entry.timezone}, all year.",
        }


def _contacts(entry: Entry, own: _Own) -> Iterator[Json]:
    """Yield the chiropractors; of two with one name, the second has an id of its own."""
    for number, person in enumerate(entry.people):
        mine = own.id("contact", *person, entry.people[:number].count(person))
        contact = {"id": mine, "name": person.name}
        if person.credential:
            contact["title"] = person.credential
        yield contact | {"attributes": [own.attribute(("contact", mine), NUCC, CHIROPRACTOR)]}


def _cost_options(entry: Entry, own: _Own) -> Iterator[Json]:
    for code, dollars in sorted(entry.prices.items()):
        mine = own.id("cost_option", code)
        yield {
            "id": mine,
            "option": PRICES.get(code, code),
            "currency": "USD",
            "amount": dollars,
            "attributes": [own.attribute(("cost_option", mine), VISIT, code)],
        }
