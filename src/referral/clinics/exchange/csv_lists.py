"""Reads clinics out of a CSV file in a small layout of our own; data/README.md describes it (pure).

It is for lists that people keep in spreadsheets: separated by commas, or by semicolons as
spreadsheets write it where the comma is in numbers.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, NamedTuple
from uuid import UUID

from referral.clinics import hours
from referral.clinics.exchange.entries import (
    Bearings,
    Person,
    Read,
    complete,
    dialled,
    known,
    mailed,
    own_id,
    spoken,
)
from referral.clinics.fields import HIGHEST_PRICE
from referral.clinics.geography.addresses import spot
from referral.clinics.geography.geo import Point
from referral.clinics.register.casing import one_line
from referral.clinics.register.providers import is_npi
from referral.clinics.register.reasons import Reason
from referral.clinics.standing import Accepting
from referral.clinics.vocabulary import ACCESSIBILITY, INSURANCE, PRICES, TECHNIQUES
from referral.errors import InvalidError
from referral.text import N_

NEEDED = ("name", "address_1", "city", "postal_code")
OTHERS = (
    *("id", "npi", "address_2", "state", "country", "latitude", "longitude", "timezone"),
    *("phone", "email", "other_names", "chiropractors", "accepting", "hours"),
    *("languages", "techniques", "accessibility", "insurance", "prices"),
)
MISSING = N_("The list has no column named %(name)s.")
UNKNOWN = N_("The list has a column that we do not know, number %(number)s.")
_DEGREES = re.compile(r"-?\d{1,3}(?:[.,]\d+)?", re.ASCII)
_PRICE = re.compile(r"(\w+) (\d{1,5})", re.ASCII)
_REPLACED = "\N{REPLACEMENT CHARACTER}"
Row = Mapping[str, str]


class Layout(NamedTuple):
    """The columns of a list in their order, and what separates them."""

    columns: Sequence[str]
    separator: str


class Line(NamedTuple):
    """What one record gave, and the line of the file that it ends on."""

    number: int
    read: Read


def recognize(header: str) -> Layout | None:
    """Return the layout of a list by its first line; None where it is none of ours.

    Raises InvalidError with one sentence for one that is ours but for a column.
    """
    separator = ";" if header.count(";") > header.count(",") else ","
    try:
        columns = [one_line(name) for name in next(csv.reader([header], delimiter=separator), [])]
    except csv.Error:
        return None
    missing = [name for name in NEEDED if name not in columns]
    if len(missing) > len(NEEDED) // 2:
        return None
    if missing:
        detail = MISSING % {"name": missing[0]}
        raise InvalidError.at("header", code="header-missing", detail=detail)
    for number, name in enumerate(columns, start=1):
        if name not in {*NEEDED, *OTHERS} or name in columns[: number - 1]:
            detail = UNKNOWN % {"number": number}
            raise InvalidError.at("header", code="header-unknown", detail=detail)
    return Layout(columns, separator)


def read(file: IO[str], bearings: Bearings, *, source: str, layout: Layout) -> Iterator[Line]:
    """Yield what each record gives; `file` begins with the header."""
    reader = csv.reader(file, delimiter=layout.separator, strict=True)
    next(reader)
    while True:
        try:
            values = next(reader, None)
        except csv.Error:
            yield Line(reader.line_num, Read(None, (Reason.NOT_CSV,)))
            continue
        if values is None:
            return
        yield Line(reader.line_num, _read(values, layout.columns, bearings, source))


def _read(values: Sequence[str], columns: Sequence[str], bearings: Bearings, source: str) -> Read:
    if not any(map(str.strip, values)):
        return Read(None, (Reason.BLANK,))
    if len(values) != len(columns):
        return Read(None, (Reason.COLUMN_COUNT,))
    if any(_REPLACED in value for value in values):
        return Read(None, (Reason.ENCODING,))
    row = dict.fromkeys(OTHERS, "") | dict(zip(columns, map(one_line, values), strict=True))
    lacks: list[Reason] = []
    try:
        point = _point(row["latitude"], row["longitude"])
        identity = _identity(row, "id" in columns, source)
        npi = _npi(row["npi"])
    except _RefusedError as refused:
        return Read(None, (refused.reason,))
    country = row["country"].upper() or "US"
    given = {name: row[name] for name in ("name", "address_1", "address_2", "city", "state")} | {
        "id": identity,
        "npi": npi,
        "country": country,
        "postal_code": row["postal_code"],
        "timezone": row["timezone"],
        "phone": dialled(row["phone"], country, lacks),
        "email": mailed(row["email"], lacks),
        "accepting": _accepting(row["accepting"], lacks),
        "hours": _hours(row["hours"], lacks),
        "keeps_holidays": country == "US",
        "languages": spoken(_parts(row["languages"]), lacks),
        "techniques": known(_parts(row["techniques"]), TECHNIQUES, lacks),
        "accessibility": known(_parts(row["accessibility"]), ACCESSIBILITY, lacks),
        "insurance": known(_parts(row["insurance"]), INSURANCE, lacks),
        "prices": _prices(row["prices"], lacks),
        "other_names": tuple(_parts(row["other_names"])),
        "people": tuple(_people(row["chiropractors"])),
    }
    entry = complete(given, point, bearings)
    if isinstance(entry, Reason):
        return Read(None, (entry,))
    return Read(entry, tuple(dict.fromkeys(lacks)))


class _RefusedError(Exception):
    """A record that cannot be taken."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def _identity(row: Row, has_ids: bool, source: str) -> UUID:
    """Return the clinic's id: by that of the list, or else by its name and address."""
    if has_ids and not row["id"]:
        raise _RefusedError(Reason.ID)
    at = spot(row["address_1"], row["address_2"], row["postal_code"])
    return own_id(row["id"] or f"{row['name'].casefold()} {at}", source)


def _point(latitude: str, longitude: str) -> Point | None:
    if not (latitude or longitude):
        return None
    if not (_DEGREES.fullmatch(latitude) and _DEGREES.fullmatch(longitude)):
        raise _RefusedError(Reason.WHERE)
    return Point(*(float(text.replace(",", ".")) for text in (latitude, longitude)))


def _npi(text: str) -> str | None:
    if text and not is_npi(text.encode()):
        raise _RefusedError(Reason.NPI)
    return text or None


def _accepting(text: str, lacks: list[Reason]) -> Accepting:
    if text and text not in {*Accepting}:
        lacks.append(Reason.CODE)
        return Accepting.UNKNOWN
    return Accepting(text or Accepting.UNKNOWN)


def _hours(text: str, lacks: list[Reason]) -> dict[str, list[list[str]]]:
    try:
        return hours.to_json(hours.parse(text))
    except InvalidError:
        lacks.append(Reason.HOURS)
        return {}


def _prices(text: str, lacks: list[Reason]) -> dict[str, int]:
    prices = {}
    for part in _parts(text):
        match = _PRICE.fullmatch(part)
        if match and match[1] in PRICES and int(match[2]) <= HIGHEST_PRICE:
            prices[match[1]] = int(match[2])
        else:
            lacks.append(Reason.CODE)
    return prices


def _people(text: str) -> Iterator[Person]:
    for part in _parts(text):
        name, _, credential = part.partition(", ")
        yield Person(name, credential)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
