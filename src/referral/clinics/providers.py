"""Judges one record of the NPPES provider file: a chiropractor, or the reason why not (pure).

The layout is version 2 of the CMS "NPPES Data Dissemination" files (330 columns), found by header
name. An NPI proves that a provider is enumerated, not that the license is in good standing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Literal

from referral.clinics.casing import readable
from referral.text import N_

CHIROPRACTIC = "111N"
"""How every NUCC code for chiropractors starts."""

_PRACTICE = "Provider Business Practice Location Address"
COLUMNS: Mapping[str, str] = {
    "npi": "NPI",
    "entity": "Entity Type Code",
    "legal_name": "Provider Organization Name (Legal Business Name)",
    "last_name": "Provider Last Name (Legal Name)",
    "first_name": "Provider First Name",
    "credential": "Provider Credential Text",
    "other_name": "Provider Other Organization Name",
    "other_name_type": "Provider Other Organization Name Type Code",
    "address_1": "Provider First Line Business Practice Location Address",
    "address_2": "Provider Second Line Business Practice Location Address",
    "city": f"{_PRACTICE} City Name",
    "state": f"{_PRACTICE} State Name",
    "postal_code": f"{_PRACTICE} Postal Code",
    "country": f"{_PRACTICE} Country Code (If outside U.S.)",
    "phone": f"{_PRACTICE} Telephone Number",
    "enumerated": "Provider Enumeration Date",
    "last_updated": "Last Update Date",
    "deactivated": "NPI Deactivation Date",
    "reactivated": "NPI Reactivation Date",
    **{f"taxonomy_{n}": f"Healthcare Provider Taxonomy Code_{n}" for n in range(1, 16)},
    **{f"primary_{n}": f"Healthcare Provider Primary Taxonomy Switch_{n}" for n in range(1, 16)},
}
"""From the names used here to the headers of the file."""

_ENTITIES: Mapping[str, Literal["person", "organization"]] = {"1": "person", "2": "organization"}
_DOING_BUSINESS_AS = "3"  # the "other name" type of a trade name; 4 is a former name, 5 any other

_NPI = re.compile(r"[12][0-9]{9}")
_STATE = re.compile(r"[A-Za-z]{2}")
_POSTAL_CODE = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")

# Of the twice-counted digits in the Luhn sum: 7 doubled is 14 and counts as 1 + 4.
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
# What the prefix 80840 (health, United States), not written in the NPI, adds to that sum.
_LUHN_PREFIX = 24


class Reason(Enum):
    """Why a record gave no provider: a stable code, and a label for people."""

    NOT_CHIROPRACTOR = ("not-chiropractor", N_("Not a chiropractor"))
    DEACTIVATED = ("deactivated", N_("The NPI is no longer active"))
    OUTSIDE_US = ("outside-us", N_("The practice is outside the United States"))
    BLANK = ("blank", N_("An empty line"))
    NOT_CSV = ("not-csv", N_("The line cannot be read as CSV"))
    COLUMN_COUNT = ("column-count", N_("Too few or too many columns"))
    NPI = ("npi", N_("The NPI is not ten digits, or its check digit is wrong"))
    ENTITY_TYPE = ("entity-type", N_("Neither a person nor an organization"))
    NAME = ("name", N_("The name is missing"))
    ADDRESS = ("address", N_("The practice address is not complete"))
    POSTAL_CODE = ("postal-code", N_("The ZIP code is not five or nine digits"))
    DATE = ("date", N_("A date cannot be read"))

    def __init__(self, code: str, label: str) -> None:
        self.code = code
        self.label = label


@dataclass(frozen=True, slots=True)
class Provider:
    """One active chiropractor or practice, by the names NPPES uses, in readable case.

    `postal_code` has five digits; `phone` ten or none; `taxonomies` are NUCC codes that start with
    111N, the primary one first; `name` is the trade name of an organization that has one.
    """

    npi: str
    entity: Literal["person", "organization"]
    name: str
    credential: str
    address_1: str
    address_2: str
    city: str
    state: str
    postal_code: str
    phone: str
    taxonomies: tuple[str, ...]
    last_updated: date | None
    enumerated: date | None


def judge(fields: Mapping[str, str]) -> Provider | Reason:
    """Return the provider that one record describes, or the first reason against it.

    `fields` holds every key of `COLUMNS`, each value on one line; see `casing.one_line`.
    """
    reason = next((reason for reason, applies in _CHECKS if applies(fields)), None)
    return reason or _provider(fields)


def is_npi(text: str) -> bool:
    """Tell whether `text` is ten digits with the right check digit (Luhn, with 80840 before)."""
    if _NPI.fullmatch(text) is None:
        return False
    digits = [int(digit) for digit in text]
    doubled = sum(_DOUBLED[digit] for digit in digits[0::2])
    return (_LUHN_PREFIX + doubled + sum(digits[1::2])) % 10 == 0


def _provider(fields: Mapping[str, str]) -> Provider:
    return Provider(
        npi=fields["npi"],
        entity=_ENTITIES[fields["entity"]],
        name=readable(_name(fields)),
        credential=fields["credential"],
        address_1=readable(fields["address_1"]),
        address_2=readable(fields["address_2"]),
        city=readable(fields["city"]),
        state=fields["state"].upper(),
        postal_code=fields["postal_code"][:5],
        phone=_phone(fields["phone"]),
        taxonomies=_taxonomies(fields),
        last_updated=_date(fields["last_updated"]),
        enumerated=_date(fields["enumerated"]),
    )


def _name(fields: Mapping[str, str]) -> str:
    if _ENTITIES[fields["entity"]] == "person":
        return f"{fields['first_name']} {fields['last_name']}".strip()
    trades_as = fields["other_name"] if fields["other_name_type"] == _DOING_BUSINESS_AS else ""
    return trades_as or fields["legal_name"]


def _taxonomies(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the chiropractic codes, each once, those marked as primary first."""
    slots = sorted(range(1, 16), key=lambda n: fields[f"primary_{n}"] != "Y")
    codes = (fields[f"taxonomy_{n}"] for n in slots)
    return tuple(dict.fromkeys(code for code in codes if code.startswith(CHIROPRACTIC)))


def _phone(text: str) -> str:
    """Return the ten digits, or nothing: a number that cannot be called is left out."""
    digits = re.sub(r"[^0-9]", "", text).removeprefix("1")
    return digits if len(digits) == 10 else ""  # noqa: PLR2004 - a US number


def _date(text: str) -> date | None:
    if not text:
        return None
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("not a date")
    month, day, year = map(int, match.groups())
    return date(year, month, day)


def _is_readable_date(text: str) -> bool:
    try:
        _date(text)
    except ValueError:
        return False
    return True


# In this order; the first that applies decides, and later ones may rely on the earlier.
_CHECKS: Sequence[tuple[Reason, Callable[[Mapping[str, str]], bool]]] = (
    (Reason.NPI, lambda fields: not is_npi(fields["npi"])),
    (Reason.DEACTIVATED, lambda fields: bool(fields["deactivated"] and not fields["reactivated"])),
    (Reason.NOT_CHIROPRACTOR, lambda fields: not _taxonomies(fields)),
    (Reason.ENTITY_TYPE, lambda fields: fields["entity"] not in _ENTITIES),
    (Reason.OUTSIDE_US, lambda fields: fields["country"] not in {"", "US"}),
    (Reason.NAME, lambda fields: not _name(fields)),
    (Reason.ADDRESS, lambda fields: not (fields["address_1"] and fields["city"])),
    (Reason.ADDRESS, lambda fields: _STATE.fullmatch(fields["state"]) is None),
    (Reason.POSTAL_CODE, lambda fields: _POSTAL_CODE.fullmatch(fields["postal_code"]) is None),
    (Reason.DATE, lambda fields: not _is_readable_date(fields["enumerated"])),
    (Reason.DATE, lambda fields: not _is_readable_date(fields["last_updated"])),
)
