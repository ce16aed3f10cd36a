"""A clinic's own record: each verb makes a call, which a client then sends."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict, Unpack
from uuid import UUID

import httpx
from pydantic import Field
from pydantic_core import to_jsonable_python

from referral.client.calls import API, Call, body, creating, reading
from referral.clinics.representations import ChiropractorShown, Differences, Leaving, OwnClinic
from referral.clinics.standing import Accepting

CLINIC = f"{API}/clinic"
PEOPLE = f"{CLINIC}/chiropractors"


class ClinicChanges(TypedDict, total=False):
    """The fields of a clinic's record to change; one that is left out keeps its value."""

    phone: str
    email: str
    timezone: str
    hours: Mapping[str, Sequence[Sequence[str]]]
    keeps_holidays: bool
    closed_on: Sequence[date | str]
    accepting: Accepting | str
    languages: Sequence[str]
    techniques: Sequence[str]
    accessibility: Sequence[str]
    insurance: Sequence[str]
    prices: Mapping[str, int]
    paused: bool
    next_free_week: date | str | None


class ClinicRecord(OwnClinic):
    """Your clinic's record with the `ETag` that a change of it needs."""

    etag: str = Field(default="", exclude=True)


def clinic() -> Call[ClinicRecord]:
    """Read your clinic's own record."""
    return Call("GET", CLINIC, _record)


def update_clinic(record: ClinicRecord, **changes: Unpack[ClinicChanges]) -> Call[ClinicRecord]:
    """Change your clinic's record as it was read, with a key of the scope `admin`."""
    headers = {"If-Match": record.etag}
    return Call("PATCH", CLINIC, _record, json=to_jsonable_python(changes), headers=headers)


def register_differences() -> Call[Differences]:
    """Read what the public register says otherwise than your clinic's record."""
    return Call("GET", f"{CLINIC}/register", reading(Differences))


def add_chiropractor(name: str, credential: str = "") -> Call[ChiropractorShown]:
    """Add a person who treats at your clinic, with a key of the scope `admin`."""
    return creating(PEOPLE, ChiropractorShown, name=name, credential=credential)


def update_chiropractor(
    chiropractor_id: UUID | str, *, name: str | None = None, credential: str | None = None
) -> Call[ChiropractorShown]:
    """Change a name or a credential, with a key of the scope `admin`."""
    changes = body(name=name, credential=credential)
    return Call("PATCH", _address(chiropractor_id), reading(ChiropractorShown), json=changes)


def remove_chiropractor(chiropractor_id: UUID | str) -> Call[None]:
    """Remove a person who has no visits, with a key of the scope `admin`."""
    return Call("DELETE", _address(chiropractor_id), lambda _: None)


def leave() -> Call[Leaving]:
    """Leave the service once nobody waits for your clinic, with a key of the scope `admin`.

    `update_clinic(record, paused=False)` takes it back until then.
    """
    return Call("POST", f"{CLINIC}/leave", reading(Leaving), again=True)


def _address(chiropractor_id: UUID | str) -> str:
    return f"{PEOPLE}/{UUID(str(chiropractor_id))}"


def _record(response: httpx.Response) -> ClinicRecord:
    record = reading(ClinicRecord)(response)
    return record.model_copy(update={"etag": response.headers.get("ETag", "")})
