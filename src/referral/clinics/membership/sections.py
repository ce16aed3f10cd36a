"""What a clinic checks of itself on a page, section by section: filled in, and read back."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import uuid4

from pydantic import ValidationError

from referral.clinics import hours
from referral.clinics.membership.schemas import ClinicChanges, NewChiropractor
from referral.clinics.representations import OwnClinic
from referral.clinics.vocabulary import ACCESSIBILITY, INSURANCE, LANGUAGES, PRICES, TECHNIQUES
from referral.errors import InvalidError
from referral.text import N_
from referral.web.phones import spoken

Typed = Mapping[str, Any]


class Section(NamedTuple):
    """A page with some of a clinic's fields."""

    title: str
    fields: tuple[str, ...]


SECTIONS: Mapping[str, Section] = {
    "contact": Section(N_("How you are reached"), ("phone", "email", "timezone")),
    "hours": Section(N_("When you are open"), ("hours", "keeps_holidays", "closed_on")),
    "patients": Section(N_("New patients"), ("accepting", "next_free_week")),
    "people": Section(N_("Who treats"), ("chiropractors",)),
    "languages": Section(N_("Languages you speak"), ("languages",)),
    "techniques": Section(N_("How you treat"), ("techniques",)),
    "access": Section(N_("How people get in"), ("accessibility",)),
    "paying": Section(N_("Who pays, and how much"), ("insurance", "prices")),
}
LISTS: Mapping[str, Mapping[str, str]] = {
    "languages": LANGUAGES,
    "techniques": TECHNIQUES,
    "accessibility": ACCESSIBILITY,
    "insurance": INSURANCE,
}
# Such as before and after lunch; whoever told us of more in a day finds room for these.
SPANS = 2
WEEKDAYS = ("tu", "we", "th", "fr")
NEW_PEOPLE = ("new1", "new2", "new3")
NEW_DAYS = 3
DOLLARS = re.compile(r"\d{1,5}", re.ASCII)
ONE_SIDED = N_("Give this day both an opening and a closing time, or neither.")
NAME_OR_GONE = N_("Enter a name, or tick that this person has left.")
# What the API says of its codes is no help to somebody who sees a form.
ON_PAGES: Mapping[str, str] = {
    "accepting": N_("Choose whether you take new patients."),
    "keeps_holidays": N_("Choose whether you close on federal holidays."),
    "closed_on": N_("Choose days, up to 60 of them."),
    "next_free_week": N_("Choose a day, or leave it empty."),
    "prices": N_("Give a price in whole dollars up to 2,000, or leave it empty."),
}
# Where a form shows what is wrong with a field that is several of its own.
SHOWN_AT: Mapping[str, str] = {"hours": "mo_opens_1", "chiropractors": "name_new1"}


class Reading(NamedTuple):
    """What a form says, or what is wrong by form field.

    `values` have the names of `OwnClinic` and the form of its JSON.
    """

    values: Mapping[str, Any]
    faults: Mapping[str, str]


def section_of(field: str) -> str:
    """Return the section that a field of a clinic stands in."""
    return next(slug for slug, section in SECTIONS.items() if field in section.fields)


def filled_in(slug: str, own: OwnClinic, today: date) -> dict[str, Any]:
    """Return the fields of a section's form as the clinic's record fills them in.

    Days that are over are left out, and with them gone from the record when the form is sent.
    """
    own = own.model_copy(update={"closed_on": [day for day in own.closed_on if day >= today]})
    typed: dict[str, Any] = {}
    for field in SECTIONS[slug].fields:
        typed |= FILL[field](own) if field in FILL else {field: getattr(own, field)}
    return typed


def read(slug: str, typed: Typed, own: OwnClinic) -> Reading:
    """Return what the form of a section says; the clinic's record tells who treats so far."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in SECTIONS[slug].fields:
        reader = READ.get(field)
        said = reader(typed, own) if reader else Reading({field: typed.get(field, "")}, {})
        values |= said.values
        faults |= said.faults
    return Reading({}, faults) if faults else _checked(values)


def _checked(values: Typed) -> Reading:
    """Return what `ClinicChanges` makes of the values, or why it does not take them."""
    changes = {name: value for name, value in values.items() if name != "chiropractors"}
    try:
        taken = ClinicChanges.model_validate(changes)
    except ValidationError as error:
        names = ((str(one["loc"][0]), str(one["msg"])) for one in error.errors() if one["loc"])
        faults = {SHOWN_AT.get(name, name): ON_PAGES.get(name, words) for name, words in names}
        return Reading({}, faults)
    return Reading({**values, **taken.model_dump(mode="json", exclude_unset=True)}, {})


def spans_of(own: OwnClinic) -> range:
    """Return the numbers of the spans that the form has for each day."""
    return range(1, max(SPANS, *map(len, own.hours.values()), 0) + 1)


def _week(typed: Typed, own: OwnClinic) -> Reading:
    """Read the week day by day, so that a mistake is shown at its day."""
    week: dict[str, list[list[str]]] = {}
    faults: dict[str, str] = {}
    for day in hours.DAYS:
        names = [(f"{day}_opens_{n}", f"{day}_closes_{n}") for n in spans_of(own)]
        spans = [[str(typed.get(name, "")) for name in pair] for pair in names]
        spans = [span for span in spans if any(span)]
        if typed.get("as_monday") and day in WEEKDAYS:
            spans = week.get("mo", [])
        fault = _fault(day, spans)
        if fault:
            faults[names[0][0]] = fault
        elif spans:
            week[day] = spans
    return Reading({"hours": week}, faults)


def _fault(day: str, spans: list[list[str]]) -> str:
    if not all(map(all, spans)):
        return ONE_SIDED
    try:
        hours.from_json({day: spans})
    except InvalidError as error:
        return error.detail
    return ""


def _fill_week(own: OwnClinic) -> dict[str, str]:
    return {
        f"{day}_{side}_{number}": at
        for day, spans in own.hours.items()
        for number, span in enumerate(spans, start=1)
        for side, at in zip(("opens", "closes"), span, strict=True)
    }


def _holidays(typed: Typed, _own: OwnClinic) -> Reading:
    said = {"yes": True, "no": False}.get(typed.get("keeps_holidays", ""))
    return Reading({"keeps_holidays": said}, {})


def _closed_days(typed: Typed, _own: OwnClinic) -> Reading:
    return Reading({"closed_on": [day for day in typed.get("closed_on", ()) if day]}, {})


def _free_week(typed: Typed, _own: OwnClinic) -> Reading:
    return Reading({"next_free_week": typed.get("next_free_week") or None}, {})


def _prices(typed: Typed, _own: OwnClinic) -> Reading:
    prices: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for kind in PRICES:
        text = str(typed.get(f"price_{kind}", "")).strip().removeprefix("$").replace(",", "")
        if text:
            prices[kind] = int(text) if DOLLARS.fullmatch(text) else text
            if _checked({"prices": {kind: prices[kind]}}).faults:
                faults[f"price_{kind}"] = ON_PAGES["prices"]
    return Reading({"prices": prices}, faults)


def _people(typed: Typed, own: OwnClinic) -> Reading:
    """Read who treats: those of the record that were not ticked as gone, then who is new."""
    people: list[dict[str, str]] = []
    faults: dict[str, str] = {}
    known = {str(person.id): person for person in own.chiropractors}
    for row in (*known, *NEW_PEOPLE):
        before = known.get(row)
        said = {
            "name": typed.get(f"name_{row}", before.name if before else ""),
            "credential": typed.get(f"credential_{row}", before.credential if before else ""),
        }
        if typed.get(f"gone_{row}") or not (before or any(map(str.strip, said.values()))):
            continue
        try:
            checked = NewChiropractor.model_validate(said)
        except ValidationError as error:
            faults |= {f"{one['loc'][0]}_{row}": str(one["msg"]) for one in error.errors()}
            if before and not said["name"].strip():
                faults[f"name_{row}"] = NAME_OR_GONE
            continue
        person_id = row if before else str(uuid4())
        people.append({"id": person_id, **checked.model_dump()})
    return Reading({"chiropractors": people}, faults)


def _fill_people(own: OwnClinic) -> dict[str, str]:
    rows: Iterator[tuple[str, str, str]] = (
        (str(p.id), p.name, p.credential) for p in own.chiropractors
    )
    return {
        name: text
        for row, called, credential in rows
        for name, text in ((f"name_{row}", called), (f"credential_{row}", credential))
    }


FILL: Mapping[str, Callable[[OwnClinic], dict[str, Any]]] = {
    "phone": lambda own: {"phone": spoken(own.phone)},
    "email": lambda own: {"email": own.email or ""},
    "hours": _fill_week,
    "keeps_holidays": lambda own: {"keeps_holidays": "yes" if own.keeps_holidays else "no"},
    "closed_on": lambda own: {"closed_on": [day.isoformat() for day in own.closed_on]},
    "next_free_week": lambda own: {"next_free_week": own.next_free_week or ""},
    "chiropractors": _fill_people,
    "prices": lambda own: {f"price_{kind}": price for kind, price in own.prices.items()},
}
READ: Mapping[str, Callable[[Typed, OwnClinic], Reading]] = {
    "hours": _week,
    "keeps_holidays": _holidays,
    "closed_on": _closed_days,
    "next_free_week": _free_week,
    "chiropractors": _people,
    "prices": _prices,
}
