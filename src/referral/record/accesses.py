"""Recording who was shown personal data, and telling the person whom it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    cast,
    literal,
    select,
    union_all,
)
from sqlalchemy import insert as plain_insert
from sqlmodel import Session, col

from referral.db import UtcDateTime, table_of
from referral.engines import chained
from referral.record.chain import Chained, link
from referral.record.models import GENESIS, Access, AccessCounter, AccessOfMany, Event, Log, Look
from referral.spelled import insert
from referral.vault import Vault

CHANGED = "changed"
COUNTERS = table_of(AccessCounter)
STORE, STORE_OF_MANY = plain_insert(table_of(Access)), plain_insert(table_of(AccessOfMany))
SAME = select(col(Access.number)).where(
    col(Access.appointment_id) == bindparam("appointment_id"),
    col(Access.at) >= bindparam("minute", type_=UtcDateTime()),
    col(Access.actor) == bindparam("actor"),
    col(Access.kind) == bindparam("kind", type_=table_of(Access).c.kind.type),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one answer shows to `actor` (`staff:<key id>`): data of these requests of a clinic.

    No request is named twice.
    """

    clinic_id: UUID
    kind: Look
    actor: str
    requests: Sequence[UUID]


class Looked(NamedTuple):
    """One look at a request: how (a `Look`, or `changed`), by whom, and among how many."""

    at: datetime
    kind: str
    actor: str
    requests: int


def is_recorded(connection: Connection, shown: Shown, *, now: datetime) -> bool:
    """Return whether the same key was shown the same request, in the same way, in this minute."""
    if len(shown.requests) != 1:
        return False
    given = {
        "appointment_id": shown.requests[0],
        "minute": now.replace(second=0, microsecond=0),
        "actor": shown.actor,
        "kind": shown.kind,
    }
    return connection.execute(SAME, given).first() is not None


def record(session: Session, shown: Shown, *, vault: Vault, now: datetime) -> None:
    """Store what is shown under the clinic's next number, before it leaves the house."""
    connection, requests = session.connection(), shown.requests
    one = requests[0] if len(requests) == 1 else None
    access = {"clinic_id": shown.clinic_id, "kind": shown.kind, "actor": shown.actor, "at": now}
    digest = link(Log.ACCESSES, facts(shown, now), vault)
    given = {"of_clinic": shown.clinic_id, "digest": digest, "first": chained(GENESIS, digest)}
    number, head = connection.execute(_taking(connection.dialect.name), given).one()
    numbered = {"number": number, "requests": len(requests), "appointment_id": one, "hash": head}
    connection.execute(STORE, access | numbered)
    if one is None and requests:
        of = {"clinic_id": shown.clinic_id, "number": number}
        connection.execute(STORE_OF_MANY, [of | {"appointment_id": each} for each in requests])


def facts(shown: Shown, at: datetime) -> list[Any]:
    """Return what an access says, for the chain."""
    requests = sorted(each.hex for each in shown.requests)
    return [shown.clinic_id, shown.kind, shown.actor, at, len(requests), requests]


def looks(session: Session, appointment_id: UUID, *, limit: int) -> list[Looked]:
    """Return who of the staff saw or changed a request, newest first."""
    given = {"appointment_id": appointment_id, "limit": limit}
    return [Looked(*row) for row in session.connection().execute(LOOKS, given)]


@cache
def _taking(dialect: str) -> Any:  # noqa: ANN401 - an INSERT of either database
    """Return what takes a clinic's next number and links it, or begins its chain."""
    first = {"clinic_id": bindparam("of_clinic"), "last": 1, "head": bindparam("first")}
    following = {"last": COUNTERS.c.last + 1, "head": Chained(COUNTERS.c.head)}
    return (
        insert(COUNTERS, dialect)
        .values(first)
        .on_conflict_do_update(index_elements=["clinic_id"], set_=following)
        .returning(COUNTERS.c.last, COUNTERS.c.head)
    )


def _looks() -> Select[Any]:
    meant: BindParameter[UUID] = bindparam("appointment_id")
    seen = (col(Access.at), cast(col(Access.kind), String), col(Access.actor), col(Access.requests))
    changed = (col(Event.at), literal(CHANGED), col(Event.actor), literal(1))
    same = and_(
        col(AccessOfMany.clinic_id) == col(Access.clinic_id),
        col(AccessOfMany.number) == col(Access.number),
    )
    every = union_all(
        select(*seen, col(Access.number)).where(col(Access.appointment_id) == meant),
        select(*seen, col(Access.number))
        .join(AccessOfMany, same)
        .where(col(AccessOfMany.appointment_id) == meant),
        select(*changed, col(Event.number)).where(
            col(Event.appointment_id) == meant, col(Event.actor).startswith("staff:")
        ),
    ).subquery()
    columns = tuple(every.c)
    return (
        select(*columns[:4])
        .order_by(every.c.at.desc(), every.c.number.desc())
        .limit(bindparam("limit"))
    )


LOOKS = _looks()
