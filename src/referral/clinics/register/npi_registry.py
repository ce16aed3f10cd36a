"""Reads what the NPI Registry API says of one NPI, as the files of the register say it (pure).

Version 2.1, https://npiregistry.cms.hhs.gov/api-page: active providers only. It is NPPES by other
names, so its values are put under the columns of the files and judged by the same rules.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.register.casing import one_line
from referral.clinics.register.nppes import Found, Kind, judge_as
from referral.clinics.register.providers import COLUMNS
from referral.clinics.register.reasons import SKIPS, Reason
from referral.errors import InvalidError
from referral.text import N_

UNREADABLE = N_("The register's answer does not have the shape of its API, version 2.1.")
REFUSED = N_("The register did not take the question: %(reasons)s")
_SLOTS = 15
_LONGEST_REASON = 200
_ENTITIES = {"NPI-1": "1", "NPI-2": "2"}
_TRADE_NAME = "3"
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


def _text(value: object) -> object:
    """Return what stands there: no value, or two dashes, say nothing; a number may be one."""
    if value is None or value == "--":
        return ""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return one_line(str(value)) if is_number or isinstance(value, str) else value


_Text = Annotated[str, BeforeValidator(_text)]


class _Read(BaseModel):
    """What is not named here is passed over."""

    model_config = ConfigDict(frozen=True)


class _Basic(_Read):
    organization_name: _Text = ""
    last_name: _Text = ""
    first_name: _Text = ""
    credential: _Text = ""
    enumeration_date: _Text = ""
    last_updated: _Text = ""


class _Address(_Read):
    address_purpose: _Text = ""
    address_1: _Text = ""
    address_2: _Text = ""
    city: _Text = ""
    state: _Text = ""
    postal_code: _Text = ""
    country_code: _Text = ""
    telephone_number: _Text = ""

    def fields(self, npi: str) -> dict[str, str]:
        """Return it under the names of the files."""
        names = ("address_1", "address_2", "city", "state", "postal_code")
        copied = {name: getattr(self, name) for name in names}
        return copied | {"npi": npi, "country": self.country_code, "phone": self.telephone_number}


class _Taxonomy(_Read):
    code: _Text = ""
    primary: bool = False


class _Name(_Read):
    organization_name: _Text = ""
    code: _Text = ""


class _Result(_Read):
    number: _Text
    enumeration_type: _Text
    basic: _Basic
    addresses: tuple[_Address, ...]
    taxonomies: tuple[_Taxonomy, ...] = Field(max_length=_SLOTS)
    practice_locations: tuple[_Address, ...] = Field(default=(), alias="practiceLocations")
    other_names: tuple[_Name, ...] = ()


class _Complaint(_Read):
    description: _Text


class _Answer(_Read):
    results: tuple[_Result, ...] | None = None
    errors: tuple[_Complaint, ...] = Field(default=(), alias="Errors")


@dataclass(frozen=True, slots=True)
class Told:
    """What was found of an NPI, its provider first, and why parts of the answer gave nothing.

    Nothing was found where the provider itself is refused. One that is no longer for the directory
    is found without facts.
    """

    found: tuple[Found, ...]
    reasons: tuple[Reason, ...] = ()


def read(answer: bytes, npi: str, zips: ZipCentroids) -> Told | None:
    """Return what the answer to the question about `npi` says; None: no active provider has it.

    Raises InvalidError with one sentence for an answer that is none.
    """
    result = _result(answer, npi)
    if result is None:
        return None
    provider = judge_as(Kind.PROVIDERS, _provider(result), zips)
    if isinstance(provider, Reason):
        gone = (Found(Kind.PROVIDERS, npi, None, reason=provider),) if provider in SKIPS else ()
        return Told(gone, (provider,))
    beside = [judge_as(kind, fields, zips) for kind, fields in _beside(result)]
    once = {(one.kind, one.key): one for one in beside if isinstance(one, Found)}
    return Told((provider, *once.values()), tuple(one for one in beside if isinstance(one, Reason)))


def _result(answer: bytes, npi: str) -> _Result | None:
    try:
        read = _Answer.model_validate_json(answer)
    except ValidationError:
        # Not chained: its message would repeat the answer.
        read = _Answer()
    if read.errors:
        reasons = " ".join(one.description for one in read.errors)[:_LONGEST_REASON]
        raise InvalidError.at("npi", code="register-refused", detail=REFUSED % {"reasons": reasons})
    if read.results is None or any(one.number != npi for one in read.results):
        raise InvalidError.at("register", code="register-unreadable", detail=UNREADABLE)
    return read.results[0] if read.results else None


def _provider(result: _Result) -> dict[str, str]:
    """Return the fields that the provider file has for it."""
    practice = next((a for a in result.addresses if a.address_purpose == "LOCATION"), _Address())
    in_file = _name_in_file(result)
    taxonomies = zip_longest(range(1, _SLOTS + 1), result.taxonomies, fillvalue=_Taxonomy())
    fields = dict.fromkeys(COLUMNS, "") | practice.fields(result.number)
    for slot, taxonomy in taxonomies:
        fields |= {f"taxonomy_{slot}": taxonomy.code, f"primary_{slot}": "NY"[taxonomy.primary]}
    return fields | {
        "entity": _ENTITIES.get(result.enumeration_type, ""),
        "legal_name": result.basic.organization_name,
        "last_name": result.basic.last_name,
        "first_name": result.basic.first_name,
        "credential": result.basic.credential,
        "other_name": in_file.organization_name,
        "other_name_type": in_file.code,
        "enumerated": _in_file_order(result.basic.enumeration_date),
        "last_updated": _in_file_order(result.basic.last_updated),
    }


def _beside(result: _Result) -> Iterator[tuple[Kind, Mapping[str, str]]]:
    """Yield the records that the files beside the provider file have for it."""
    for place in result.practice_locations:
        yield Kind.LOCATIONS, place.fields(result.number)
    for name in result.other_names:
        if name.organization_name and name is not _name_in_file(result):
            fields = {"npi": result.number, "name": name.organization_name, "kind": name.code}
            yield Kind.NAMES, fields


def _name_in_file(result: _Result) -> _Name:
    """Return the other name that the provider file has room for: a trade name, if there is one."""
    names = sorted(result.other_names, key=lambda name: name.code != _TRADE_NAME)
    return next((name for name in names if name.organization_name), _Name())


def _in_file_order(day: str) -> str:
    """Return MM/DD/YYYY for YYYY-MM-DD; anything else stays, to be judged."""
    match = _ISO_DAY.fullmatch(day)
    return day if match is None else "/".join((match[2], match[3], match[1]))
