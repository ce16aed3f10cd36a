"""Turning to a new ring key while the service runs: what older keys wrap, the first one wraps.

A row's own key stays as it is, so nothing is sealed anew. What an older key made - links, codes,
hashes - it must make again: it is retired first (see `retired`). Stopped at any place, the next
run finds what is left.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import LargeBinary, Table, bindparam, func, literal, select, update
from sqlmodel import Session

from referral.db import Database
from referral.doctor.rings import SEALED
from referral.record import checkpoints
from referral.retired import retire
from referral.vault import Vault, mark

AT_ONCE = 200
BEFORE_ALL = UUID(int=0)


class Turned(NamedTuple):
    """How many row keys of a table were wrapped anew."""

    table: str
    rows: int


class _Step(NamedTuple):
    """How many rows a transaction changed, and the last it looked at; None at the table's end."""

    changed: int
    last: UUID | None


def rotate(database: Database, vault: Vault, *, now: datetime) -> Iterator[Turned]:
    """Wrap all row keys by the first key of the ring, and yield each table when it is done."""
    for name in vault.names[1:]:
        database.settle(partial(retire, vault=vault, name=name, now=now))
    for table in SEALED:
        yield Turned(table.name, _turn(database, vault, table))
    yield Turned("checkpoints", checkpoints.sign_anew(database, vault=vault))


def _turn(database: Database, vault: Vault, table: Table) -> int:
    """Walk through a table until nothing is left that can be turned; return how many rows were."""
    turned = 0
    while found := _walk(database, vault, table):
        turned += found
    return turned


def _walk(database: Database, vault: Vault, table: Table) -> int:
    changed, after = 0, BEFORE_ALL
    while True:
        step = database.settle(partial(_some, vault=vault, table=table, after=after))
        changed += step.changed
        if step.last is None:
            return changed
        after = step.last


def _some(session: Session, vault: Vault, table: Table, after: UUID) -> _Step:
    connection = session.connection()
    rows = connection.execute(_others(table, vault.names[0]), {"after": after}).all()
    if values := list(_rewrapped(vault, rows)):
        which = update(table).where(table.c.id == bindparam("row"))
        connection.execute(which.values(wrapped_key=bindparam("anew")), values)
    return _Step(len(values), rows[-1].id if rows else None)


def _others(table: Table, first: str) -> Any:  # noqa: ANN401 - a SELECT of two columns
    """Return what finds the next row keys that the key called `first` does not wrap.

    Rows that somebody holds are left for the next walk: who never waits takes part in no deadlock.
    A row that is found is held, so that none is erased between.
    """
    wrapped, ours = table.c.wrapped_key, literal(mark(first), LargeBinary)
    return (
        select(table.c.id, wrapped)
        .where(table.c.id > bindparam("after"), wrapped.is_not(None))
        .where(func.substr(wrapped, 1, len(mark(first))) != ours)
        .order_by(table.c.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True)
    )


def _rewrapped(vault: Vault, rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for row, wrapped in rows:
        try:
            yield {"row": row, "anew": vault.rewrapped(row, wrapped)}
        except (KeyError, InvalidTag):
            # Of a key that the ring lacks: the doctor counts them.
            continue
