"""Reads what concerns chiropractors out of the files of the national register, NPPES (pure).

The provider file holds over 9 million records in 9 GB, 12 in a thousand of them chiropractors, so
most records are passed over as they stand; see `records`. Columns are found by their titles.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from referral.clinics.geography.addresses import Location
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.register import supplements
from referral.clinics.register.casing import one_line
from referral.clinics.register.providers import CHIROPRACTIC, COLUMNS, Provider, is_npi, judge
from referral.clinics.register.reasons import SKIPS, Reason
from referral.clinics.register.records import STRETCH, Glance, Mark, Record, Stream, records
from referral.errors import InvalidError
from referral.text import N_


class Kind(StrEnum):
    """The files of the register, in the order in which they must be read."""

    PROVIDERS = "providers"
    LOCATIONS = "locations"
    NAMES = "names"
    DEACTIVATIONS = "deactivations"


COLUMNS_OF: Mapping[Kind, Mapping[str, str]] = {
    Kind.PROVIDERS: COLUMNS,
    Kind.LOCATIONS: supplements.LOCATION_COLUMNS,
    Kind.NAMES: supplements.NAME_COLUMNS,
    Kind.DEACTIVATIONS: supplements.DEACTIVATION_COLUMNS,
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a record says of one NPI: `facts`, or the reason why it has none any more.

    Facts have the shape of their kind; `key` tells several of one kind apart.
    """

    kind: Kind
    npi: str
    facts: dict[str, Any] | None
    key: str = ""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that cannot be trusted, and the file line it ends on."""

    line: int
    reason: Reason


Outcome = Found | Refused | Mark


class Layout(NamedTuple):
    """What a file is, how many columns it has, and where those that are read stand."""

    kind: Kind
    width: int
    columns: Mapping[str, int]


def recognize(titles: Sequence[str]) -> Layout:
    """Return what the file with these column titles is; InvalidError where it is none of ours."""
    for kind, columns in COLUMNS_OF.items():
        missing = [title for title in columns.values() if title not in titles]
        if not missing:
            places = {name: titles.index(title) for name, title in columns.items()}
            return Layout(kind, len(titles), places)
        if len(missing) < len(columns) / 2 and kind is Kind.PROVIDERS:
            detail = N_("The provider file has no column named %(name)s.") % {"name": missing[0]}
            raise InvalidError.at("header", code="header-missing", detail=detail)
    raise InvalidError.at(
        "header",
        code="not-a-register-file",
        detail=N_("This is not a file of the national provider register (NPPES)."),
    )


def read(
    stream: Stream,
    layout: Layout,
    start: Mark,
    *,
    known: Collection[bytes],
    zips: ZipCentroids,
    stretch: int = STRETCH,
) -> Iterator[Outcome]:
    """Yield what the file says of chiropractors, what is refused, and marks; see `records`.

    Of records that are not for the directory, those whose NPI is `known` give a finding without
    facts; the others are counted in the next mark. What is found is added to `known` by the caller.
    """
    aside: Counter[Reason] = Counter()
    glance = _glance(layout, known)
    for record in records(stream, layout.width, start, glance=glance, stretch=stretch):
        if isinstance(record, Mark):
            yield Mark(record.offset, record.line, record.passed + aside)
            aside.clear()
            continue
        outcome = _outcome(record, layout, known, zips)
        if isinstance(outcome, Reason):
            aside[outcome] += 1
        else:
            yield outcome


def _glance(layout: Layout, known: Collection[bytes]) -> Glance:
    """Return what tells of a plain line that it is of no interest."""
    is_main = layout.kind is Kind.PROVIDERS
    if layout.columns["npi"] != 0 or (is_main and layout.columns["entity"] != 1):
        return lambda _: None
    wanted = CHIROPRACTIC.encode()

    def glance(line: bytes) -> Reason | None:
        npi = line[1:11]
        if npi in known or line[11:12] != b'"' or not is_npi(npi):
            return None
        if is_main and wanted in line:
            return None
        # The record of a deactivated NPI is all but empty.
        is_empty = is_main and line.startswith(b',"",', 12)
        return Reason.DEACTIVATED if is_empty else Reason.NOT_CHIROPRACTOR

    return glance


def _outcome(
    record: Record, layout: Layout, known: Collection[bytes], zips: ZipCentroids
) -> Found | Refused | Reason:
    """Return what a record says, or the reason why it is passed over."""
    if isinstance(record.values, Reason):
        return record.values if record.values in SKIPS else Refused(record.line, record.values)
    fields = {name: one_line(record.values[place]) for name, place in layout.columns.items()}
    npi, kind = fields["npi"], layout.kind
    if kind is not Kind.PROVIDERS and npi.encode() not in known:
        verdict: Found | Reason = Reason.NOT_CHIROPRACTOR if is_npi(npi.encode()) else Reason.NPI
    else:
        verdict = judge_as(kind, fields, zips)
    if isinstance(verdict, Found):
        return verdict
    if verdict not in SKIPS:
        return Refused(record.line, verdict)
    if kind is Kind.PROVIDERS and npi.encode() in known:
        return Found(kind, npi, None, reason=verdict)
    return verdict


def judge_as(kind: Kind, fields: Mapping[str, str], zips: ZipCentroids) -> Found | Reason:
    """Return what a record says, or the first reason against it.

    `fields` holds every name in `COLUMNS_OF[kind]`, each value on one line.
    """
    npi = fields["npi"]
    match _JUDGES[kind](fields):
        case Provider() | Location() as place if place.postal_code not in zips:
            return Reason.UNKNOWN_ZIP
        case Provider() as provider:
            return Found(kind, npi, provider.to_json())
        case Location() as location:
            return Found(kind, npi, location.to_json(), key=location.spot)
        case Reason() as reason:
            return reason
        case text:
            return Found(kind, npi, {"text": text}, key=text)


_JUDGES: Mapping[Kind, Callable[[Mapping[str, str]], Provider | Location | str | Reason]] = {
    Kind.PROVIDERS: judge,
    Kind.LOCATIONS: supplements.judge_location,
    Kind.NAMES: supplements.judge_name,
    Kind.DEACTIVATIONS: supplements.judge_deactivation,
}
