"""Rows of the record that somebody alters, removes or moves: each is found, and named by number."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Table, delete, insert, select, update

from conftest import NOON
from referral.db import Database, table_of
from referral.record import accesses, checkpoints
from referral.record.accesses import Shown
from referral.record.models import (
    GENESIS,
    Access,
    AccessCounter,
    AccessOfMany,
    Checkpoint,
    Event,
    EventCounter,
    Log,
    Look,
)
from referral.record.service import Entry, append, open_log
from referral.record.verifying import Chain, chains, verify
from referral.record.walking import What
from referral.settings import new_ring, parse_ring
from referral.vault import Vault

CLINIC, ASKED = UUID(int=1), [UUID(int=n) for n in range(10, 16)]
EVENTS, ACCESSES, OF_MANY = Chain(CLINIC, Log.EVENTS), Chain(CLINIC, Log.ACCESSES), AccessOfMany
OLD, NEW = parse_ring(new_ring()), parse_ring(new_ring())
OLD, NEW = {"old": OLD.popitem()[1]}, {"new": NEW.popitem()[1]}
VAULT = Vault(NEW | OLD)
FAR = 10_000
Spoil = Callable[[Any], None]


def write(database: Database, vault: Vault, times: int) -> None:
    """Let as many changes happen, and as many looks at one request and at two."""
    for n in range(times):
        with database.unit_of_work() as session:
            entry = Entry(
                CLINIC, ASKED[n], "appointment.offered", "staff:a", {"times": n, "b": "ü"}
            )
            append(session, entry, vault=vault, now=NOON + timedelta(microseconds=n))
            for requests in ([ASKED[n]], ASKED[:2]):
                shown = Shown(CLINIC, Look.OPENED, "staff:a", requests)
                accesses.record(session, shown, vault=vault, now=NOON)


def changing(table: Table, number: int, /, **values: Any) -> Spoil:  # noqa: ANN401 - any column
    """Return what alters one row."""
    return lambda c: c.execute(update(table).where(table.c.number == number).values(**values))


def removing(table: Table, *numbers: int) -> Spoil:
    return lambda c: c.execute(delete(table).where(table.c.number.in_(numbers)))


def swapping(table: Table, one: int, other: int) -> Spoil:
    """Return what lets two rows change places."""

    def swap(connection: Any) -> None:  # noqa: ANN401 - a connection
        for number, to in ((one, FAR), (other, one), (FAR, other)):
            changing(table, number, number=to)(connection)

    return swap


def inserting(number: int) -> Spoil:
    """Return what puts an event of somebody's own between the others."""

    def insert_one(connection: Any) -> None:  # noqa: ANN401 - a connection
        events, counters = table_of(Event), table_of(EventCounter)
        own = dict(connection.execute(select(events).where(events.c.number == 1)).mappings().one())
        for later in range(6, number - 1, -1):
            changing(events, later, number=later + 1)(connection)
        connection.execute(insert(events), own | {"id": uuid4(), "number": number})
        connection.execute(update(counters).values(last=7))

    return insert_one


def cutting(number: int) -> Spoil:
    """Return what cuts the end off, and makes the counter fit."""

    def cut(connection: Any) -> None:  # noqa: ANN401 - a connection
        events, counters = table_of(Event), table_of(EventCounter)
        connection.execute(delete(events).where(events.c.number > number))
        head = select(events.c.hash).where(events.c.number == number).scalar_subquery()
        connection.execute(update(counters).values(last=number, head=head))

    return cut


EVENT, ACCESS, MARK = table_of(Event), table_of(Access), table_of(Checkpoint)
SPOILT: dict[str, tuple[Chain, Spoil, list[tuple[int, What]]]] = {
    **{
        f"event {name}": (EVENTS, changing(EVENT, 3, **{name: value}), [(3, What.ALTERED)])
        for name, value in {
            "id": uuid4(),
            "appointment_id": ASKED[5],
            "kind": "appointment.booked",
            "actor": "patient",
            "at": NOON + timedelta(1),
            "data": {"times": 9, "b": "ü"},
            "hash": GENESIS,
        }.items()
    },
    **{
        f"access {name}": (ACCESSES, changing(ACCESS, 3, **{name: value}), [(3, What.ALTERED)])
        for name, value in {
            "kind": Look.NOTES,
            "actor": "staff:b",
            "at": NOON + timedelta(1),
            "appointment_id": ASKED[5],
            "hash": GENESIS,
        }.items()
    },
    "another clinic's": (
        EVENTS,
        changing(EVENT, 3, clinic_id=UUID(int=2)),
        [(3, What.REMOVED)],
    ),
    "one of many": (ACCESSES, removing(table_of(OF_MANY), 4), [(4, What.ALTERED)]),
    "count of many": (ACCESSES, changing(ACCESS, 4, requests=3), [(4, What.ALTERED)]),
    "the last one": (EVENTS, changing(EVENT, 6, actor="patient"), [(6, What.ALTERED)]),
    "removed": (EVENTS, removing(EVENT, 2), [(2, What.REMOVED)]),
    "two removed": (ACCESSES, removing(ACCESS, 2, 3), [(2, What.REMOVED), (3, What.REMOVED)]),
    "the first one": (EVENTS, removing(EVENT, 1), [(1, What.REMOVED)]),
    "neighbours swapped": (
        EVENTS,
        swapping(EVENT, 2, 3),
        [(2, What.REORDERED), (3, What.REORDERED)],
    ),
    "swapped": (ACCESSES, swapping(ACCESS, 3, 9), [(3, What.REORDERED), (9, What.REORDERED)]),
    "inserted": (EVENTS, inserting(3), [(3, What.INSERTED)]),
    "the end removed": (EVENTS, removing(EVENT, 5, 6), [(5, What.CUT)]),
    "cut before a checkpoint": (EVENTS, cutting(3), [(4, What.CUT)]),
    "nearly everything": (EVENTS, cutting(1), [(2, What.CUT)]),
    "the counter": (
        EVENTS,
        lambda c: c.execute(update(table_of(EventCounter)).values(head=GENESIS)),
        [(6, What.NOT_COUNTED)],
    ),
    "a checkpoint": (EVENTS, changing(MARK, 4, hash=GENESIS), [(4, What.FORGED)]),
    # Since the last checkpoint: what SECURITY.md says would not be seen.
    "cut after it": (EVENTS, cutting(4), []),
    "nothing": (ACCESSES, lambda _: None, []),
}


@contextmanager
def restored(database: Database) -> Iterator[None]:
    """Put the record back as it is now, when the block ends."""
    tables = [
        table_of(each) for each in (Event, EventCounter, Access, AccessCounter, OF_MANY, Checkpoint)
    ]
    with database.reading() as session:
        kept = {t: [dict(row) for row in session.execute(select(t)).mappings()] for t in tables}
    yield
    with database.unit_of_work() as session:
        for table, rows in kept.items():
            session.execute(delete(table))
            session.execute(insert(table), rows)


def test_what_somebody_did_to_the_record_is_found_and_named(database: Database) -> None:
    with database.unit_of_work() as session:
        open_log(session, CLINIC)
    write(database, Vault(OLD), 2)
    write(database, VAULT, 2)
    assert checkpoints.take(database, vault=VAULT, now=NOON) == 2
    assert checkpoints.take(database, vault=VAULT, now=NOON) == 0
    write(database, VAULT, 2)

    for name, (chain, spoil, expected) in SPOILT.items():
        with restored(database):
            with database.unit_of_work() as session:
                spoil(session.connection())
            found = verify(database, chain, vault=VAULT).faults
        assert found == sorted(expected), name

    with database.reading() as session:
        assert chains(session) == [EVENTS, ACCESSES] == chains(session, CLINIC)
    whole = verify(database, ACCESSES, vault=VAULT)
    assert whole == (12, 0, 12, 8, [])
    assert verify(database, ACCESSES, vault=VAULT, recent=True) == (4, 0, 12, 8, [])
    kept_elsewhere = {6: GENESIS}
    assert verify(database, EVENTS, vault=VAULT, known=kept_elsewhere).faults == [
        (6, What.REPLACED)
    ]


def test_who_has_the_database_alone_cannot_write_the_record_anew(database: Database) -> None:
    with database.unit_of_work() as session:
        open_log(session, CLINIC)
    write(database, Vault(OLD), 3)
    assert [what for _, what in verify(database, EVENTS, vault=Vault(NEW)).faults] == [
        What.ALTERED
    ] * 3
