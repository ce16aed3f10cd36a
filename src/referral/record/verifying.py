"""Verifying the record: each clinic's two chains, read a page at a time, against their ends."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, union
from sqlmodel import Session, col

from referral.db import Database
from referral.record import checkpoints
from referral.record.accesses import Shown, facts
from referral.record.chain import purpose, said
from referral.record.checkpoints import COUNTERS
from referral.record.models import Access, AccessOfMany, Checkpoint, Event, Log
from referral.record.walking import BEGINNING, Fault, Link, Mark, Walk, What
from referral.vault import Vault

ROWS: Mapping[Log, type[Event | Access]] = {Log.EVENTS: Event, Log.ACCESSES: Access}
# An access may have a thousand requests.
PAGE: Mapping[Log, int] = {Log.EVENTS: 5000, Log.ACCESSES: 500}
NAMES: Mapping[Log, Sequence[str]] = {
    Log.EVENTS: ("id", "clinic_id", "appointment_id", "kind", "actor", "at", "data"),
    Log.ACCESSES: ("clinic_id", "kind", "actor", "at", "requests", "appointment_id"),
}


class Chain(NamedTuple):
    """One of the two chains of a clinic."""

    clinic_id: UUID
    log: Log


class Verdict(NamedTuple):
    """What was found along a chain.

    `rows` were read, of which `plain` are older than the key; `last` is the number of the last one,
    and `noted` that of the last one that a checkpoint confirms: behind it an end that is cut off
    would not be missed.
    """

    rows: int
    plain: int
    last: int
    noted: int
    faults: Sequence[Fault]


def chains(session: Session, clinic_id: UUID | None = None) -> list[Chain]:
    """Return the chains of a clinic, or all that have a row or ever had one."""
    if clinic_id is not None:
        return [Chain(clinic_id, log) for log in Log]
    told = (*ROWS.values(), *COUNTERS.values(), Checkpoint)
    every = union(*(select(col(table.clinic_id)) for table in told)).subquery()
    ids = session.execute(select(every.c.clinic_id).order_by(every.c.clinic_id)).scalars()
    return [Chain(found, log) for found in ids for log in Log]


def verify(
    database: Database,
    chain: Chain,
    *,
    vault: Vault,
    known: Mapping[int, bytes] | None = None,
    recent: bool = False,
) -> Verdict:
    """Read a chain and return what is wrong with it.

    `known` are hashes by number that were kept elsewhere. With `recent`, only what follows the
    last checkpoint is read.
    """
    with database.reading() as session:
        noted = checkpoints.of_clinic(session, *chain)
        end, newest = _end(session, chain)
    trusted = [one for one in noted if checkpoints.is_ours(one, vault)]
    ours = [Mark(one.number, one.hash) for one in trusted]
    forged = [Fault(one.number, What.FORGED) for one in noted if one not in trusted]
    start = ours[-1] if recent and ours else BEGINNING
    walk = Walk(partial(vault.macs, purpose(chain.log)), end, dict(ours) | dict(known or {}), start)
    for page in _pages(database, chain, start.number, end.number):
        if not walk.take(page):
            break
    last_noted = ours[-1].number if ours else 0
    faults = sorted({*forged, *walk.result(newest)})
    return Verdict(walk.rows, walk.plain, end.number, last_noted, faults)


def _end(session: Session, chain: Chain) -> tuple[Mark, int]:
    """Return where the counter says that the chain ends, and the highest number that has a row."""
    counter, rows = COUNTERS[chain.log], ROWS[chain.log]
    mine = col(counter.clinic_id) == chain.clinic_id
    newest = select(func.max(col(rows.number))).where(col(rows.clinic_id) == chain.clinic_id)
    # One statement, so that no writer comes between.
    columns = (select(col(counter.last)).where(mine), select(col(counter.head)).where(mine), newest)
    last, head, highest = session.execute(select(*(c.scalar_subquery() for c in columns))).one()
    return (Mark(last, head) if last else BEGINNING), highest or 0


def _pages(database: Database, chain: Chain, after: int, last: int) -> Iterator[list[Link]]:
    while after < last:
        with database.selecting() as connection:
            page = _page(connection, chain, after, last)
        if not page:
            return
        yield page
        after = page[-1].mark.number


def _page(connection: Connection, chain: Chain, after: int, last: int) -> list[Link]:
    clinic_id, log = chain
    table = ROWS[log]
    names = (*NAMES[log], "number", "hash")
    mine = select(*(col(getattr(table, name)) for name in names)).where(
        col(table.clinic_id) == clinic_id, col(table.number) > after, col(table.number) <= last
    )
    rows = connection.execute(mine.order_by(col(table.number)).limit(PAGE[log])).all()
    if log is Log.EVENTS:
        return [Link(Mark(*row[-2:]), said(row[:-2])) for row in rows]
    shown = _of_many(connection, clinic_id, rows)
    return [Link(Mark(*row[-2:]), _said_of_access(row, shown[row.number])) for row in rows]


def _of_many(
    connection: Connection, clinic_id: UUID, rows: Sequence[Row[Any]]
) -> defaultdict[int, list[UUID]]:
    """Return the requests of these accesses, by number, that do not stand in their own row."""
    found: defaultdict[int, list[UUID]] = defaultdict(list)
    if rows:
        between = col(AccessOfMany.number).between(rows[0].number, rows[-1].number)
        mine = select(col(AccessOfMany.number), col(AccessOfMany.appointment_id)).where(
            col(AccessOfMany.clinic_id) == clinic_id, between
        )
        for number, appointment_id in connection.execute(mine):
            found[number].append(appointment_id)
    return found


def _said_of_access(row: Row[Any], of_many: Sequence[UUID]) -> bytes:
    own = [row.appointment_id] if row.appointment_id else []
    shown = Shown(row.clinic_id, row.kind, row.actor, [*own, *of_many])
    # What is counted must be what is there.
    miscounted = [] if row.requests == len(shown.requests) else [row.requests]
    return said([*facts(shown, row.at), *miscounted])
