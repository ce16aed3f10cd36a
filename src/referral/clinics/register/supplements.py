"""Judges one record of the files beside the provider file: locations, names, deactivations (pure).

The columns are those of the CMS "NPPES Data Dissemination" files, version 2, irregular spaces
included; of the deactivation report, those of its second row.
"""

from collections.abc import Mapping

from referral.clinics.geography.addresses import Location
from referral.clinics.register.casing import readable
from referral.clinics.register.providers import (
    ADDRESS_CHECKS,
    NPI_CHECK,
    Checks,
    first_reason,
    is_readable_date,
    is_too_long,
    read_date,
    read_location,
)
from referral.clinics.register.reasons import Reason

_PLACE = "Provider Secondary Practice Location Address"
LOCATION_COLUMNS: Mapping[str, str] = {
    "npi": "NPI",
    "address_1": f"{_PLACE}- Address Line 1",
    "address_2": f"{_PLACE}-  Address Line 2",
    "city": f"{_PLACE} - City Name",
    "state": f"{_PLACE} - State Name",
    "postal_code": f"{_PLACE} - Postal Code",
    "country": f"{_PLACE} - Country Code (If outside U.S.)",
    "phone": f"{_PLACE} - Telephone Number",
}
NAME_COLUMNS: Mapping[str, str] = {
    "npi": "NPI",
    "name": "Provider Other Organization Name",
    "kind": "Provider Other Organization Name Type Code",
}
DEACTIVATION_COLUMNS: Mapping[str, str] = {"npi": "NPI", "date": "NPPES Deactivation Date"}

_LOCATION_CHECKS: Checks = (*NPI_CHECK, *ADDRESS_CHECKS)
_NAME_CHECKS: Checks = (
    *NPI_CHECK,
    (Reason.NAME, lambda fields: not fields["name"]),
    (Reason.TOO_LONG, is_too_long),
)
_DEACTIVATION_CHECKS: Checks = (
    *NPI_CHECK,
    (Reason.DATE, lambda fields: not (fields["date"] and is_readable_date(fields["date"]))),
)


def judge_location(fields: Mapping[str, str]) -> Location | Reason:
    """Return one more place of a provider, or the first reason against it."""
    return first_reason(_LOCATION_CHECKS, fields) or read_location(fields)


def judge_name(fields: Mapping[str, str]) -> str | Reason:
    """Return one more name of an organization, or the first reason against it."""
    return first_reason(_NAME_CHECKS, fields) or readable(fields["name"])


def judge_deactivation(fields: Mapping[str, str]) -> str | Reason:
    """Return the ISO date of a deactivation, or the first reason against it."""
    reason = first_reason(_DEACTIVATION_CHECKS, fields)
    return reason or str(read_date(fields["date"]))
