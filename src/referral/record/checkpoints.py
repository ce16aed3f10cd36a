"""Noting how far each chain has come, so that an end that is cut off leaves a trace."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import exists, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from referral.db import Database, table_of
from referral.record.chain import said
from referral.record.models import AccessCounter, Checkpoint, EventCounter, Log
from referral.spelled import insert
from referral.vault import Vault

PURPOSE = "checkpoint"
AT_ONCE = 500
COUNTERS: dict[Log, type[EventCounter | AccessCounter]] = {
    Log.EVENTS: EventCounter,
    Log.ACCESSES: AccessCounter,
}


def take(database: Database, *, vault: Vault, now: datetime) -> int:
    """Note the end of each chain that has grown since it was noted last; return of how many."""
    with database.reading() as session:
        grown = [one for log in Log for one in _grown(session, log, vault, now)]
    for first in range(0, len(grown), AT_ONCE):
        database.settle(partial(_store, some=grown[first : first + AT_ONCE]))
    return len(grown)


def of_clinic(session: Session, clinic_id: UUID, log: Log) -> list[Checkpoint]:
    """Return the checkpoints of a chain, oldest first."""
    mine = select_rows(Checkpoint).where(Checkpoint.clinic_id == clinic_id, Checkpoint.log == log)
    return list(session.exec(mine.order_by(col(Checkpoint.number))))


def newest(session: Session, clinic_id: UUID | None) -> Iterator[Checkpoint]:
    """Yield the last checkpoint of each chain, of one clinic or of all."""
    later = table_of(Checkpoint).alias()
    is_last = ~exists().where(
        later.c.clinic_id == col(Checkpoint.clinic_id),
        later.c.log == col(Checkpoint.log),
        later.c.number > col(Checkpoint.number),
    )
    found = select_rows(Checkpoint).where(is_last)
    if clinic_id is not None:
        found = found.where(Checkpoint.clinic_id == clinic_id)
    yield from session.exec(found.order_by(col(Checkpoint.clinic_id), col(Checkpoint.log)))


def is_ours(checkpoint: Checkpoint, vault: Vault) -> bool:
    """Return whether the checkpoint was made, or signed anew, with a key of the ring."""
    return vault.is_mac(PURPOSE, _said(checkpoint), checkpoint.mac)


def sign_anew(database: Database, *, vault: Vault) -> int:
    """Sign with the first key of the ring what another key of it signed; return how many."""
    with database.reading() as session:
        chains = session.execute(select(col(Checkpoint.clinic_id), col(Checkpoint.log)).distinct())
        found = [tuple(chain) for chain in chains]
    return sum(database.settle(partial(_sign_anew, chain=chain, vault=vault)) for chain in found)


def _grown(session: Session, log: Log, vault: Vault, now: datetime) -> Iterator[Checkpoint]:
    counter = COUNTERS[log]
    noted = exists().where(
        col(Checkpoint.clinic_id) == col(counter.clinic_id),
        col(Checkpoint.log) == log,
        col(Checkpoint.number) >= col(counter.last),
    )
    ends = select(col(counter.clinic_id), col(counter.last), col(counter.head))
    for clinic_id, last, head in session.execute(ends.where(col(counter.last) > 0, ~noted)):
        one = Checkpoint(clinic_id=clinic_id, log=log, number=last, hash=head, at=now, mac=b"")
        one.mac = vault.mac(PURPOSE, _said(one))
        yield one


def _store(session: Session, some: Sequence[Checkpoint]) -> None:
    connection = session.connection()
    # Another process may have noted the same end at this moment.
    store = insert(table_of(Checkpoint), connection.dialect.name).on_conflict_do_nothing()
    connection.execute(store, [one.model_dump() for one in some])


def _sign_anew(session: Session, chain: tuple[UUID, Log], vault: Vault) -> int:
    signed = 0
    for one in of_clinic(session, *chain):
        mac = vault.mac(PURPOSE, _said(one))
        if one.mac != mac and is_ours(one, vault):
            one.mac, signed = mac, signed + 1
    return signed


def _said(one: Checkpoint) -> bytes:
    return said([one.clinic_id, one.log, one.number, one.hash.hex(), one.at])
