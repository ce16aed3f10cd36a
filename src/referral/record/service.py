"""Appending to the log, and reading from it: an appointment's history, a clinic's events."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, Select, bindparam, insert, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from referral.db import table_of
from referral.record.chain import Chained, link
from referral.record.models import GENESIS, Event, EventCounter, Log
from referral.vault import Vault

COUNTERS = table_of(EventCounter)
# Built once: putting a statement together costs more than running it.
TAKE_NUMBER = (
    update(COUNTERS)
    .where(COUNTERS.c.clinic_id == bindparam("of_clinic"))
    .values(last=COUNTERS.c.last + 1, head=Chained(COUNTERS.c.head))
    .returning(COUNTERS.c.last, COUNTERS.c.head)
)
NEWEST = sa_select(COUNTERS.c.last).where(COUNTERS.c.clinic_id == bindparam("of_clinic"))
STORE = insert(table_of(Event))
Line = tuple[UUID, int, UUID, str, str, datetime, dict[str, Any]]
FOLLOWING: Select[*Line] = (
    sa_select(
        col(Event.id),
        col(Event.number),
        col(Event.appointment_id),
        col(Event.kind),
        col(Event.actor),
        col(Event.at),
        col(Event.data),
    )
    .where(col(Event.clinic_id) == bindparam("clinic_id"), col(Event.number) > bindparam("after"))
    .order_by(col(Event.number))
    .limit(bindparam("limit"))
)


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


def append(session: Session, entry: Entry, *, vault: Vault, now: datetime) -> int:
    """Store `entry` under its clinic's next number and return that number.

    The number is taken in the caller's transaction, so a clinic's numbers have no gaps and follow
    the order of the commits; with it comes the hash that ties the row to the one before.
    """
    connection = session.connection()
    event = {
        "id": uuid4(),
        "clinic_id": entry.clinic_id,
        "appointment_id": entry.appointment_id,
        "kind": entry.kind,
        "actor": entry.actor,
        "at": now,
        "data": dict(entry.data),
    }
    digest = link(Log.EVENTS, event.values(), vault)
    given = {"of_clinic": entry.clinic_id, "digest": digest}
    number, head = connection.execute(TAKE_NUMBER, given).one()
    connection.execute(STORE, {**event, "number": number, "hash": head})
    return int(number)


def queue_up(session: Session, clinic_ids: Collection[UUID]) -> None:
    """Wait for the turn to append to the logs of these clinics, and keep it until the commit.

    Whoever will write to several does it first, else two would hold what the other one needs.
    """
    counters = select(EventCounter.clinic_id).where(col(EventCounter.clinic_id).in_(clinic_ids))
    session.exec(counters.order_by(col(EventCounter.clinic_id)).with_for_update(key_share=True))


def history(session: Session, appointment_id: UUID) -> list[Event]:
    """Return an appointment's events, oldest first."""
    found = select(Event).where(col(Event.appointment_id) == appointment_id)
    return list(session.exec(found.order_by(col(Event.number))))


def following(session: Session, clinic_id: UUID, *, after: int, limit: int) -> Sequence[Row[*Line]]:
    """Return a clinic's events from the one after the number `after` on, as rows of columns.

    Who has number n has all before it: its writer held the counter until the commit, so the writer
    of n + 1 came after.
    """
    given = {"clinic_id": clinic_id, "after": after, "limit": limit}
    return session.connection().execute(FOLLOWING, given).all()


def newest(connection: Connection, clinic_id: UUID) -> int:
    """Return the number of a clinic's last event, 0 before the first."""
    # A clinic that is only listed may have a key, and has no log.
    return connection.execute(NEWEST, {"of_clinic": clinic_id}).scalar() or 0


def open_log(session: Session, clinic_id: UUID) -> None:
    """Give a clinic its counter, so that events can be appended."""
    open_logs(session, [clinic_id])


def open_logs(session: Session, clinic_ids: Iterable[UUID]) -> None:
    """Give each clinic its counter; the clinics are stored."""
    rows = [{"clinic_id": clinic_id, "last": 0, "head": GENESIS} for clinic_id in clinic_ids]
    if rows:
        session.execute(insert(COUNTERS), rows)
