"""A clinic's details on its own pages: all in words, and each section as a form to change it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.responses import Response

from referral.clinics import hours
from referral.clinics.geography.addresses import in_one_line
from referral.clinics.membership import inviting
from referral.clinics.membership.sections import (
    LISTS,
    NEW_DAYS,
    NEW_PEOPLE,
    SECTIONS,
    filled_in,
    read,
    section_of,
    spans_of,
)
from referral.clinics.representations import Difference, Differences, OwnClinic
from referral.clinics.standing import Accepting, Standing
from referral.clinics.wording import OWN_NAMES
from referral.errors import ConflictError, NotFoundError
from referral.languages import in_words
from referral.text import N_
from referral.web import dates
from referral.web.deps import House
from referral.web.mistakes import PAGE, Mistakes
from referral.web.phones import spoken

MANY = frozenset({"closed_on", *LISTS})
ACCEPTING: Mapping[str, str] = {
    Accepting.YES: N_("Yes"),
    Accepting.WAITLIST: N_("Only for the waiting list"),
    Accepting.NO: N_("No: nobody can send you a request"),
}
# Those in which most people live; a clinic in another one keeps it.
ZONES: Mapping[str, str] = {
    "America/New_York": N_("Eastern time (New York)"),
    "America/Chicago": N_("Central time (Chicago)"),
    "America/Denver": N_("Mountain time (Denver)"),
    "America/Phoenix": N_("Mountain time, the same all year (Phoenix)"),
    "America/Los_Angeles": N_("Pacific time (Los Angeles)"),
    "America/Anchorage": N_("Alaska time (Anchorage)"),
    "Pacific/Honolulu": N_("Hawaii time (Honolulu)"),
    "America/Puerto_Rico": N_("Atlantic time (Puerto Rico)"),
    "Pacific/Guam": N_("Chamorro time (Guam)"),
}
PRICE_NAMES: Mapping[str, str] = {
    "first_visit": N_("Price of a first visit"),
    "follow_up": N_("Price of each later visit"),
}
UNTOLD = N_("Not told yet")
NEEDED = N_("Needed before you join")


class Place(NamedTuple):
    """A section of a clinic's page, which has its address without a slash at the end."""

    base: str
    slug: str

    @property
    def path(self) -> str:
        """The address of the section."""
        return f"{self.base}/{self.slug}"


def rows(own: OwnClinic, base: str, today: date) -> list[dict[str, Any]]:
    """Return a clinic's details as a summary list takes them, each with where it can be changed."""
    locality = in_one_line(own.city, own.state, own.postal_code)
    address = [line for line in (own.address_1, own.address_2, locality) if line]
    fixed = {"name": own.name, "address": address}
    shown: list[dict[str, Any]] = [
        {"label": OWN_NAMES[field], "value": value} for field, value in fixed.items()
    ]
    for field, said in SAID.items():
        value = [in_words(each) for each in said(own, today)] or [in_words(_untold(field, own))]
        place = f"{base}/{section_of(field)}"
        shown.append({"label": OWN_NAMES[field], "value": value, "change_url": place})
    return shown


def register_words(found: Differences) -> list[tuple[str, str, str]]:
    """Return of each difference the field's name, what the register says, and what the clinic."""
    return [
        (OWN_NAMES[one.field], _phone(one, one.register_says), _phone(one, one.yours))
        for one in found.items
    ]


def show(house: House, place: Place, own: OwnClinic, mistakes: Mistakes) -> Response:
    """Show the form of a section; NotFoundError for one that does not exist."""
    if place.slug not in SECTIONS:
        raise NotFoundError(N_("There is no such page."))
    today = house.now().astimezone(ZoneInfo(own.timezone)).date()
    typed = filled_in(place.slug, own, today) | mistakes.typed
    days = [*filter(None, typed.get("closed_on", ())), *[""] * NEW_DAYS]
    return house.html.page(
        "clinics/section.html",
        status=mistakes.status,
        section=SECTIONS[place.slug],
        place=place,
        own=own,
        typed=typed,
        faults=mistakes.faults,
        errors=mistakes.errors,
        options=_options(own),
        weekdays=hours.DAYS,
        spans=spans_of(own),
        people=[*(str(person.id) for person in own.chiropractors), *NEW_PEOPLE],
        days=days,
        prices=PRICE_NAMES,
    )


def take(
    form: FormData,
    place: Place,
    own: OwnClinic,
    *,
    mistakes: Mistakes,
    keep: Callable[[Mapping[str, Any]], object],
) -> Response:
    """Have `keep` keep what the form of a section says, and lead back to all details."""
    if place.slug not in SECTIONS:
        raise NotFoundError(N_("There is no such page."))
    typed: dict[str, Any] = {name: str(form[name]) for name in form}
    many = MANY & {*SECTIONS[place.slug].fields}
    typed |= {name: [str(value) for value in form.getlist(name)] for name in many}
    said = read(place.slug, typed, own)
    faults = said.faults
    if not faults:
        try:
            keep(said.values)
        except ConflictError as error:
            faults = {PAGE: error.detail}
    if faults:
        return mistakes.at(place.path, faults, typed=_differing(typed, place.slug, own))
    return mistakes.corrected(f"{place.base}?saved={place.slug}")


def _differing(typed: Mapping[str, Any], slug: str, own: OwnClinic) -> dict[str, Any]:
    """Return what the record does not know already: a cookie has little room."""
    known = filled_in(slug, own, date.min)
    return {name: value for name, value in typed.items() if value != known.get(name)}


def _untold(field: str, own: OwnClinic) -> str:
    """Return the word for what a clinic has not told: whether it can join without it."""
    return NEEDED if field in inviting.NEEDED and own.standing is Standing.LISTED else UNTOLD


def _options(own: OwnClinic) -> dict[str, list[dict[str, str]]]:
    zones = ZONES if own.timezone in ZONES else {own.timezone: own.timezone, **ZONES}
    return {
        name: [{"value": code, "label": in_words(label)} for code, label in words.items()]
        for name, words in {**LISTS, "timezone": zones, "accepting": ACCEPTING}.items()
    }


def _labels(field: str) -> Callable[[OwnClinic, date], Iterator[str]]:
    return lambda own, _: (LISTS[field].get(code, code) for code in getattr(own, field))


def _closed(own: OwnClinic, today: date) -> Iterator[str]:
    if own.keeps_holidays:
        yield N_("US federal holidays")
    yield from (dates.full_date(day) for day in own.closed_on if day >= today)


def _week(own: OwnClinic, _today: date) -> Iterator[str]:
    if own.hours:
        yield from map(": ".join, hours.describe(hours.from_json(own.hours), translate=in_words))


def _phone(one: Difference, text: str) -> str:
    return spoken(text) if one.field == "phone" else text


SAID: Mapping[str, Callable[[OwnClinic, date], Any]] = {
    "phone": lambda own, _: [spoken(own.phone)] if own.phone else [],
    "email": lambda own, _: [own.email] if own.email else [],
    "timezone": lambda own, _: [ZONES.get(own.timezone, own.timezone)],
    "hours": _week,
    "closed_on": _closed,
    "accepting": lambda own, _: [ACCEPTING[own.accepting]] if own.accepting in ACCEPTING else [],
    "next_free_week": lambda own, _: [dates.day(own.next_free_week)] if own.next_free_week else [],
    "chiropractors": lambda own, _: [
        ", ".join(filter(None, (person.name, person.credential))) for person in own.chiropractors
    ],
    "languages": _labels("languages"),
    "techniques": _labels("techniques"),
    "accessibility": _labels("accessibility"),
    "insurance": _labels("insurance"),
    "prices": lambda own, _: (
        f"{in_words(PRICE_NAMES[kind])}: ${price:,}" for kind, price in own.prices.items()
    ),
}
