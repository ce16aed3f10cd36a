"""A clinic as lists that are exchanged have it, whatever their format (pure)."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from email_validator import EmailNotValidError, validate_email

from referral.clinics.fields import timezones
from referral.clinics.geography.addresses import Location
from referral.clinics.geography.geo import Point
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.register.casing import one_line
from referral.clinics.register.reasons import Reason
from referral.clinics.standing import Accepting
from referral.web.phones import e164

NAMESPACE = UUID("5f4d1c9c-8a53-5f0e-9d7f-2b0f6a3e7c11")
"""Ids that we make are UUIDs of version 5 in this namespace, or in that of a clinic's own id."""

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_LONGEST: Mapping[str, int] = {
    "name": 200, "address_1": 120, "address_2": 120, "city": 80, "state": 60, "postal_code": 12,
}  # fmt: skip
_LONGEST_PERSON, _LONGEST_CREDENTIAL = 120, 40


class Person(NamedTuple):
    """Who treats at the clinic."""

    name: str
    credential: str = ""


class Branch(NamedTuple):
    """One more place of a clinic; in its country."""

    location: Location
    point: Point


@dataclass(frozen=True, slots=True)
class Entry:
    """One clinic. Codes are those of `vocabulary`, `hours` and `closed_on` as `Clinic` keeps them.

    `phone` is E.164 or empty; `email` is for the operator, and never goes out.
    """

    id: UUID
    name: str
    address_1: str
    city: str
    country: str
    point: Point
    timezone: str
    address_2: str = ""
    state: str = ""
    postal_code: str = ""
    npi: str | None = None
    phone: str = ""
    email: str | None = None
    accepting: Accepting = Accepting.UNKNOWN
    hours: Mapping[str, list[list[str]]] = field(default_factory=dict)
    keeps_holidays: bool = True
    closed_on: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    insurance: tuple[str, ...] = ()
    prices: Mapping[str, int] = field(default_factory=dict)
    other_names: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What one record of a list gave, and why it or a part of it gave nothing.

    `gone` are clinics that the record says are no more.
    """

    entry: Entry | None
    reasons: tuple[Reason, ...] = ()
    gone: tuple[UUID, ...] = ()


class Bearings(NamedTuple):
    """What says where a place lies and which clock it keeps where its list does not."""

    zips: ZipCentroids
    timezone: str = ""

    def locate(self, country: str, postal_code: str, point: Point | None) -> Point | None:
        """Return where a place lies: the point that is told, or the middle of its ZIP code."""
        if point is not None:
            return point if _is_on_earth(point) else None
        if country == "US" and postal_code[:5] in self.zips:
            return self.zips.find(postal_code).point
        return None

    def zone(self, told: str, country: str, postal_code: str) -> str:
        """Return the time zone that is told, or that of its ZIP code, or the one for all."""
        if told:
            return told
        if country == "US" and postal_code[:5] in self.zips:
            return self.zips.find(postal_code).timezone
        return self.timezone


def own_id(text: str, source: str) -> UUID:
    """Return an id that is a UUID as it is, and for any other the one that always stands for it."""
    try:
        return UUID(text)
    except ValueError:
        return uuid5(NAMESPACE, f"{source} {text}")


def complete(given: Mapping[str, Any], point: Point | None, bearings: Bearings) -> Entry | Reason:
    """Return the entry of these fields, or the first reason against it."""
    country, postal_code = given["country"], given["postal_code"]
    if not _COUNTRY.fullmatch(country):
        return Reason.COUNTRY
    if country == "US":
        postal_code = postal_code[:5]
    zone = bearings.zone(given["timezone"], country, postal_code)
    located = bearings.locate(country, postal_code, point)
    if not given["name"]:
        return Reason.NAME
    if not (given["address_1"] and given["city"]):
        return Reason.ADDRESS
    if located is None:
        return Reason.WHERE
    if zone not in timezones():
        return Reason.TIMEZONE
    fixed = {"postal_code": postal_code, "point": located, "timezone": zone}
    entry = Entry(**{**given, **fixed})
    return Reason.TOO_LONG if _is_too_long(entry) else entry


def dialled(text: str, country: str, lacks: list[Reason]) -> str:
    """Return a phone number in E.164; nothing, and why, where it is none."""
    number = e164(text, country) if text else ""
    if number is None:
        lacks.append(Reason.PHONE)
    return number or ""


def mailed(text: str, lacks: list[Reason]) -> str | None:
    """Return an e-mail address; None, and why, where it is none."""
    try:
        return validate_email(text, check_deliverability=False).normalized if text else None
    except EmailNotValidError:
        lacks.append(Reason.EMAIL)
        return None


def known(
    codes: Iterable[str], vocabulary: Collection[str], lacks: list[Reason]
) -> tuple[str, ...]:
    """Return the codes of a vocabulary, each once; of any other, say that it was left out."""
    found = [one_line(code) for code in codes]
    lacks += [Reason.CODE for code in found if code not in vocabulary]
    return tuple(dict.fromkeys(code for code in found if code in vocabulary))


def spoken(codes: Iterable[str], lacks: list[Reason]) -> tuple[str, ...]:
    """Return the ISO 639 codes of languages, each once; of anything else, say that it was left out.

    Of any language: `vocabulary` has the names of those that are common in the United States.
    """
    found = [code.lower() for code in codes]
    lacks += [Reason.CODE for code in found if not _LANGUAGE.fullmatch(code)]
    return tuple(dict.fromkeys(code for code in found if _LANGUAGE.fullmatch(code)))


def _is_on_earth(point: Point) -> bool:
    return all(map(isfinite, point)) and abs(point.latitude) <= 90 and abs(point.longitude) <= 180  # noqa: PLR2004 - degrees


def _is_too_long(entry: Entry) -> bool:
    return (
        any(len(getattr(entry, name)) > most for name, most in _LONGEST.items())
        or any(len(name) > _LONGEST["name"] for name in entry.other_names)
        or any(
            len(person.name) > _LONGEST_PERSON or len(person.credential) > _LONGEST_CREDENTIAL
            for person in entry.people
        )
        or any(
            len(getattr(branch.location, name)) > _LONGEST[name]
            for branch in entry.branches
            for name in ("address_1", "address_2", "city", "state", "postal_code")
        )
    )
