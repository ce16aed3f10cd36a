"""Reads clinics out of services in the form of HSDS 3, ours and those of others (pure)."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from referral.clinics import hours
from referral.clinics.exchange.entries import (
    Bearings,
    Branch,
    Person,
    Read,
    complete,
    dialled,
    known,
    mailed,
    own_id,
    spoken,
)
from referral.clinics.exchange.hsds_shape import (
    AtLocation,
    CostOption,
    Language,
    Phone,
    Reached,
    Schedule,
    Service,
)
from referral.clinics.exchange.hsds_shape import Location as Place
from referral.clinics.exchange.hsds_terms import ACCESS, HOLIDAYS, PAYER, TECHNIQUE, VISIT
from referral.clinics.fields import HIGHEST_PRICE, ISO_DAY
from referral.clinics.geography.addresses import Location
from referral.clinics.register.casing import one_line
from referral.clinics.register.providers import is_npi
from referral.clinics.register.reasons import Reason
from referral.clinics.standing import Accepting
from referral.clinics.vocabulary import ACCESSIBILITY, INSURANCE, LANGUAGES, PRICES, TECHNIQUES
from referral.errors import InvalidError

_OVER = frozenset({"inactive", "defunct"})
_BY_NAME = {name.casefold(): code for code, name in LANGUAGES.items()}
_TIME = re.compile(r"(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
# A day of ours ends a minute before.
_MIDNIGHT, _LAST_MINUTE = frozenset({"00:00", "24:00"}), "23:59"
_TAKING = {str(accepting): accepting for accepting in Accepting}


def read(
    record: object, bearings: Bearings, *, source: str, every_service: bool = False
) -> Iterator[Read]:
    """Yield the clinics of one service: one for each of its locations.

    Only of a service that is marked as chiropractic, unless `every_service` says that all are.
    """
    try:
        service = Service.model_validate(record)
    except ValidationError:
        yield Read(None, (Reason.SHAPE,))
        return
    places = [
        (at, at.location)
        for at in service.service_at_locations
        if at.location is not None and at.location.location_type == "physical"
    ]
    main = [(at, place) for at, place in places if not place.is_other_place]
    others = [place for _, place in places if place.is_other_place]
    if not (every_service or service.is_chiropractic):
        yield Read(None, (Reason.NOT_CHIROPRACTOR,))
    elif service.status in _OVER:
        gone = tuple(own_id(place.id, source) for _, place in main)
        yield Read(None, (Reason.ENDED,), gone)
    elif not main:
        yield Read(None, (Reason.NO_LOCATION,))
    else:
        # The number of an organization in a register can stand for one clinic only.
        npi = next(_npis(service), None)
        for at, place in main:
            yield _clinic(service, at, (place, *others), npi=npi, bearings=bearings, source=source)
            npi, others = None, []


def _clinic(
    service: Service,
    at: AtLocation,
    places: Sequence[Place],
    *,
    npi: str | None,
    bearings: Bearings,
    source: str,
) -> Read:
    """Return the clinic at the first of these places; the others are more of its own."""
    place, *others = places
    lacks: list[Reason] = []
    country = one_line(place.address.country).upper() or "US"
    given = {
        "id": own_id(place.id, source),
        "npi": npi,
        **_address(place),
        "country": country,
        "timezone": next(iter(at.marked("timezone")), ""),
        **_organization(service, lacks),
        **_offer(service, place, lacks),
        **_opening(service, at, place, lacks),
        "phone": _phone(
            (*place.phones, *at.phones, *service.phones, *service.organization.phones),
            country,
            lacks,
        ),
        "people": tuple(
            Person(one_line(one.name), one_line(one.title))
            for one in (*service.contacts, *at.contacts)
            if one.is_chiropractic and one_line(one.name)
        ),
        "branches": tuple(_branches(others, country, bearings, lacks)),
    }
    entry = complete(given, place.point, bearings)
    if isinstance(entry, Reason):
        return Read(None, (entry,))
    return Read(entry, tuple(dict.fromkeys(lacks)))


def _organization(service: Service, lacks: list[Reason]) -> dict[str, Any]:
    organization = service.organization
    others = (organization.alternate_name, *organization.marked("other_name"))
    return {
        "name": one_line(organization.name or service.name),
        "other_names": tuple(dict.fromkeys(filter(None, map(one_line, others)))),
        "email": mailed(one_line(service.email or organization.email), lacks),
    }


def _offer(service: Service, place: Place, lacks: list[Reason]) -> dict[str, Any]:
    """Return what the clinic does, for whom and for how much, as far as there are codes for it."""
    accepting = next(iter(service.marked("accepting")), "")
    access = (code for one in place.accessibility for code, _ in one.marks(ACCESS))
    return {
        "accepting": _TAKING.get(accepting, Accepting.UNKNOWN),
        "languages": spoken(_codes((*service.languages, *place.languages)), lacks),
        "techniques": known((code for code, _ in service.marks(TECHNIQUE)), TECHNIQUES, lacks),
        "insurance": known((code for code, _ in service.marks(PAYER)), INSURANCE, lacks),
        "accessibility": known(access, ACCESSIBILITY, lacks),
        "prices": _prices(service.cost_options, lacks),
    }


def _opening(service: Service, at: AtLocation, place: Place, lacks: list[Reason]) -> dict[str, Any]:
    in_us = one_line(place.address.country).upper() in {"", "US"}
    holidays = at.marked("holidays") or [HOLIDAYS if in_us else "none"]
    return {
        "hours": _hours(_first(at, place, service), lacks),
        "keeps_holidays": HOLIDAYS in holidays,
        "closed_on": tuple(sorted({*filter(ISO_DAY.fullmatch, at.marked("closed_on"))})),
    }


def _address(place: Place) -> dict[str, str]:
    address = place.address
    return {
        "address_1": one_line(address.address_1),
        "address_2": one_line(address.address_2),
        "city": one_line(address.city),
        "state": one_line(address.state_province),
        "postal_code": one_line(address.postal_code),
    }


def _npis(service: Service) -> Iterator[str]:
    for one in service.organization.organization_identifiers:
        is_ours = "NPI" in (one.identifier_scheme + one.identifier_type).upper()
        if is_ours and is_npi(one.identifier.encode()):
            yield one.identifier


def _phone(phones: Sequence[Phone], country: str, lacks: list[Reason]) -> str:
    numbers = [one.number for one in phones if one.number and one.type in {"", "voice", "cell"}]
    return dialled(numbers[0], country, lacks) if numbers else ""


def _first(*places: Reached) -> Sequence[Schedule]:
    """Return the opening times of the nearest that has some."""
    return next((place.schedules for place in places if place.schedules), ())


def _hours(schedules: Sequence[Schedule], lacks: list[Reason]) -> dict[str, list[list[str]]]:
    """Return the weekly hours as they stand on the clinic's own clock."""
    week: dict[str, list[list[str]]] = {}
    for one in schedules:
        opens, closes = _TIME.fullmatch(one.opens_at), _TIME.fullmatch(one.closes_at)
        if not (one.is_weekly and opens and closes):
            lacks.append(Reason.HOURS)
            continue
        until = _LAST_MINUTE if closes[1] in _MIDNIGHT else closes[1]
        for day in one.byday.split(","):
            week.setdefault(day.strip().lower(), []).append([opens[1], until])
    try:
        return hours.to_json(hours.from_json(week))
    except InvalidError:
        lacks.append(Reason.HOURS)
        return {}


def _codes(languages: Sequence[Language]) -> Iterator[str]:
    """Yield the codes of languages; of one without a code, that of its English name."""
    return (one.code or _BY_NAME.get(one.name.casefold(), "") for one in languages)


def _prices(options: Sequence[CostOption], lacks: list[Reason]) -> dict[str, int]:
    """Return the prices that are marked as those of our visits."""
    prices = {}
    for one in options:
        for code, _ in one.marks(VISIT):
            amount = float(-1 if one.amount is None else one.amount)
            is_ours = code in PRICES and one.currency.upper() == "USD"
            if is_ours and amount.is_integer() and 0 <= amount <= HIGHEST_PRICE:
                prices[code] = int(amount)
            else:
                lacks.append(Reason.CODE)
    return prices


def _branches(
    others: Sequence[Place], country: str, bearings: Bearings, lacks: list[Reason]
) -> Iterator[Branch]:
    spots = set()
    for place in others:
        phone = _phone(place.phones, country, lacks)
        location = Location(**_address(place), phone=phone)
        point = bearings.locate(country, location.postal_code, place.point)
        if point is None or not (location.address_1 and location.city):
            lacks.append(Reason.WHERE)
        elif location.spot not in spots:
            spots.add(location.spot)
            yield Branch(location, point)
