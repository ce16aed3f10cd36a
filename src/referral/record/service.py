"""Appending to the log, and reading an appointment's history from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, insert, select, update

from referral.record.models import Event, EventCounter


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
    number = _next_number(session, entry.clinic_id)
    session.execute(
        insert(Event).values(
            id=uuid4(),
            clinic_id=entry.clinic_id,
            number=number,
            appointment_id=entry.appointment_id,
            kind=entry.kind,
            actor=entry.actor,
            at=now,
            data=dict(entry.data),
        )
    )
    return number


def history(session: Session, appointment_id: UUID) -> list[Event]:
    """Return an appointment's events, oldest first."""
    found = select(Event).where(col(Event.appointment_id) == appointment_id)
    return list(session.exec(found.order_by(col(Event.number))))


def open_log(session: Session, clinic_id: UUID) -> None:
    """Give a clinic its counter, so that events can be appended."""
    session.add(EventCounter(clinic_id=clinic_id))
    session.flush()


def _next_number(session: Session, clinic_id: UUID) -> int:
    taken = session.execute(
        update(EventCounter)
        .where(col(EventCounter.clinic_id) == clinic_id)
        .values(last=EventCounter.last + 1)
        .returning(col(EventCounter.last))
    )
    return int(taken.scalar_one())
