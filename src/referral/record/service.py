"""Appending to the log, and reading an appointment's history from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, insert, update
from sqlmodel import Session, col, select

from referral.db import table_of
from referral.record.models import Event, EventCounter

COUNTERS = table_of(EventCounter)
# Built once: putting a statement together costs more than running it.
TAKE_NUMBER = (
    update(COUNTERS)
    .where(COUNTERS.c.clinic_id == bindparam("of_clinic"))
    .values(last=COUNTERS.c.last + 1)
    .returning(COUNTERS.c.last)
)
STORE = insert(table_of(Event))


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened to one appointment of one clinic.

    `actor` is `patient`, `system` or `staff:<key id>`; `data` holds codes and ids only.
    """

    clinic_id: UUID
    appointment_id: UUID
    kind: str
    actor: str
    data: Mapping[str, Any] = field(default_factory=dict)


def append(session: Session, entry: Entry, *, now: datetime) -> int:
    """Store `entry` under its clinic's next number and return that number.

    The number is taken in the caller's transaction, so a clinic's numbers have no gaps and follow
    the order of the commits.
    """
    connection = session.connection()
    number: int = connection.execute(TAKE_NUMBER, {"of_clinic": entry.clinic_id}).scalar_one()
    event = {
        "id": uuid4(),
        "clinic_id": entry.clinic_id,
        "number": number,
        "appointment_id": entry.appointment_id,
        "kind": entry.kind,
        "actor": entry.actor,
        "at": now,
        "data": dict(entry.data),
    }
    connection.execute(STORE, event)
    return number


def history(session: Session, appointment_id: UUID) -> list[Event]:
    """Return an appointment's events, oldest first."""
    found = select(Event).where(col(Event.appointment_id) == appointment_id)
    return list(session.exec(found.order_by(col(Event.number))))


def open_log(session: Session, clinic_id: UUID) -> None:
    """Give a clinic its counter, so that events can be appended."""
    session.add(EventCounter(clinic_id=clinic_id))
    session.flush()
