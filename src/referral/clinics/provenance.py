"""Where each fact of a clinic comes from, and of which day it is."""

from collections.abc import Iterator
from datetime import UTC, date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row
from sqlalchemy import select as sa_select
from sqlmodel import col

from referral.clinics.models import Clinic
from referral.clinics.standing import Accepting, Standing
from referral.clinics.wording import CLINIC, Source

REGISTERED = ("name", "address", "phone", "chiropractors")
TOLD = (
    *("timezone", "hours", "closed_on", "accepting", "languages", "techniques"),
    *("accessibility", "insurance", "prices"),
)
# What a clinic tells itself, as its `told_on` has it.
TOLD_HERE = frozenset({"phone", "chiropractors", *TOLD})
REGISTER = "nppes"
UNSAID: tuple[object, ...] = ([], {}, Accepting.UNKNOWN)
KEPT = ("standing", "source", "source_date", "updated_at", "told_on", "confirmed_at", *TOLD)


def sources(connection: Connection, clinic_id: UUID) -> list[Source]:
    """Return the sources of the facts of a clinic that exists; what nobody told has none."""
    kept = sa_select(*(getattr(Clinic, name) for name in KEPT)).where(col(Clinic.id) == clinic_id)
    return list(_each(connection.execute(kept).one()))


def _each(row: Row[Any]) -> Iterator[Source]:
    confirmed = row.confirmed_at and row.confirmed_at.astimezone(UTC).date()
    taken = row.source_date or row.updated_at.astimezone(UTC).date()
    told = {name: date.fromisoformat(day) for name, day in row.told_on.items()}
    for fact in REGISTERED:
        source, as_of = (CLINIC, told[fact]) if fact in told else (row.source, taken)
        yield Source(fact, source, as_of, confirmed)
    is_joined = row.standing is Standing.JOINED
    for fact in TOLD if is_joined or row.source != REGISTER else ():
        # A list that is not the register knows these too.
        source, as_of = (CLINIC, confirmed or taken) if is_joined else (row.source, taken)
        if getattr(row, fact) not in UNSAID:
            yield Source(fact, source, told.get(fact, as_of), confirmed)
