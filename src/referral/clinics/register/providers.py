"""Judges one record of the NPPES provider file: a chiropractor, or the reason why not (pure).

The layout is version 2 of the CMS "NPPES Data Dissemination" files (330 columns), found by header
name. An NPI proves that a provider is enumerated, not that the license is in good standing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self

from referral.clinics.geography.addresses import Location
from referral.clinics.register.casing import readable
from referral.clinics.register.reasons import Reason

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

# The register's own limits are lower: 100 letters for a name, 55 for a line of an address.
_LONGEST: Mapping[str, int] = {
    "legal_name": 150, "other_name": 150, "name": 150, "first_name": 50, "last_name": 50,
    "credential": 40, "address_1": 100, "address_2": 100, "city": 60,
}  # fmt: skip
_STATE = re.compile(r"[A-Za-z]{2}")
_POSTAL_CODE = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")

# Of the twice-counted digits in the Luhn sum: 7 doubled is 14 and counts as 1 + 4.
_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
# What the prefix 80840 (health, United States), not written in the NPI, adds to that sum.
_LUHN_PREFIX = 24


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
    other_names: tuple[str, ...] = ()

    @property
    def location(self) -> Location:
        """Where it practices."""
        return Location(**{name: getattr(self, name) for name in _LOCATION})

    def to_json(self) -> dict[str, Any]:
        """Return the fields by name, dates in ISO form."""
        values = {name: getattr(self, name) for name in self.__slots__}
        for name in _DATES:
            values[name] = values[name] and values[name].isoformat()
        return values | {name: list(values[name]) for name in _SEVERAL}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return the provider whose `to_json` gave `values`."""
        dates = {name: values[name] and date.fromisoformat(values[name]) for name in _DATES}
        return cls(**{**values, **dates, **{name: tuple(values[name]) for name in _SEVERAL}})


_LOCATION = Location.__slots__
_DATES = ("last_updated", "enumerated")
_SEVERAL = ("taxonomies", "other_names")


def judge(fields: Mapping[str, str]) -> Provider | Reason:
    """Return the provider that one record describes, or the first reason against it.

    `fields` holds every key of `COLUMNS`, each value on one line; see `casing.one_line`.
    """
    return first_reason(_CHECKS, fields) or _provider(fields)


def first_reason(checks: "Checks", fields: Mapping[str, str]) -> Reason | None:
    """Return the reason of the first check that applies."""
    return next((reason for reason, applies in checks if applies(fields)), None)


def is_too_long(fields: Mapping[str, str]) -> bool:
    """Tell whether a value has more letters than we can keep."""
    return any(len(fields.get(name, "")) > longest for name, longest in _LONGEST.items())


def read_location(fields: Mapping[str, str]) -> Location:
    """Return the location in `fields`, which `ADDRESS_CHECKS` found nothing against."""
    return Location(
        address_1=readable(fields["address_1"]),
        address_2=readable(fields["address_2"]),
        city=readable(fields["city"]),
        state=fields["state"].upper(),
        postal_code=fields["postal_code"][:5],
        phone=_phone(fields["phone"]),
    )


def read_date(text: str) -> date | None:
    """Read MM/DD/YYYY; nothing is no date. Raises ValueError for anything else."""
    if not text:
        return None
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("not a date")
    month, day, year = map(int, match.groups())
    return date(year, month, day)


def is_readable_date(text: str) -> bool:
    """Tell whether `read_date` reads it."""
    try:
        read_date(text)
    except ValueError:
        return False
    return True


def is_npi(text: bytes) -> bool:
    """Tell whether `text` is ten digits with the right check digit (Luhn, with 80840 before)."""
    if len(text) != 10 or not text.isdigit() or text[0] not in b"12":  # noqa: PLR2004 - an NPI
        return False
    # The five other digits may be summed as ASCII: 5 times 48 ends in 0.
    return (_LUHN_PREFIX + sum(text[::2].translate(_DOUBLED)) + sum(text[1::2])) % 10 == 0


def _provider(fields: Mapping[str, str]) -> Provider:
    return Provider(
        npi=fields["npi"],
        entity=_ENTITIES[fields["entity"]],
        name=readable(_name(fields)),
        credential=fields["credential"],
        **read_location(fields).to_json(),
        taxonomies=_taxonomies(fields),
        last_updated=read_date(fields["last_updated"]),
        enumerated=read_date(fields["enumerated"]),
        other_names=_other_names(fields),
    )


def _name(fields: Mapping[str, str]) -> str:
    if _ENTITIES[fields["entity"]] == "person":
        return f"{fields['first_name']} {fields['last_name']}".strip()
    trades_as = fields["other_name"] if fields["other_name_type"] == _DOING_BUSINESS_AS else ""
    return trades_as or fields["legal_name"]


def _other_names(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of an organization beside the one it is shown under."""
    if _ENTITIES[fields["entity"]] == "person":
        return ()
    shown = readable(_name(fields))
    names = (readable(fields["legal_name"]), readable(fields["other_name"]))
    return tuple(dict.fromkeys(name for name in names if name not in {"", shown}))


def _taxonomies(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the chiropractic codes, each once, those marked as primary first."""
    slots = sorted(range(1, 16), key=lambda n: fields[f"primary_{n}"] != "Y")
    codes = (fields[f"taxonomy_{n}"] for n in slots)
    return tuple(dict.fromkeys(code for code in codes if code.startswith(CHIROPRACTIC)))


def _phone(text: str) -> str:
    """Return the ten digits, or nothing: a number that cannot be called is left out."""
    digits = re.sub(r"[^0-9]", "", text).removeprefix("1")
    return digits if len(digits) == 10 else ""  # noqa: PLR2004 - a US number


Checks = Sequence[tuple[Reason, Callable[[Mapping[str, str]], bool]]]
# In this order; the first that applies decides, and later ones may rely on the earlier.
NPI_CHECK: Checks = ((Reason.NPI, lambda fields: not is_npi(fields["npi"].encode())),)
ADDRESS_CHECKS: Checks = (
    (Reason.OUTSIDE_US, lambda fields: fields["country"] not in {"", "US"}),
    (Reason.ADDRESS, lambda fields: not (fields["address_1"] and fields["city"])),
    (Reason.ADDRESS, lambda fields: _STATE.fullmatch(fields["state"]) is None),
    (Reason.POSTAL_CODE, lambda fields: _POSTAL_CODE.fullmatch(fields["postal_code"]) is None),
    (Reason.TOO_LONG, is_too_long),
)
_CHECKS: Checks = (
    *NPI_CHECK,
    (Reason.DEACTIVATED, lambda fields: bool(fields["deactivated"] and not fields["reactivated"])),
    (Reason.NOT_CHIROPRACTOR, lambda fields: not _taxonomies(fields)),
    (Reason.ENTITY_TYPE, lambda fields: fields["entity"] not in _ENTITIES),
    (Reason.NAME, lambda fields: not _name(fields)),
    *ADDRESS_CHECKS,
    (Reason.DATE, lambda fields: not is_readable_date(fields["enumerated"])),
    (Reason.DATE, lambda fields: not is_readable_date(fields["last_updated"])),
)
