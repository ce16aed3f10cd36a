"""Writing a backup of the database as it is at one moment, while others go on writing."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Column, Connection, Table, func, inspect, select
from sqlmodel import SQLModel

from referral import limits, repeats, retired, schema, tries
from referral.appointments import models as appointments
from referral.backup.sealing import (
    BackupError,
    Head,
    Write,
    head_of,
    in_turn,
    lines_of,
    written,
)
from referral.clinics import models as clinics
from referral.clinics.register import models as register
from referral.db import Database
from referral.notices import models as notices
from referral.operations import models as operations
from referral.record import models as record
from referral.schema import Standing
from referral.staff import models as staff
from referral.statistics import models as statistics
from referral.symptoms import models as symptoms
from referral.vault import Vault
from referral.webhooks import models as webhooks

KEYS = "referral.keys"
KEY = "wrapped_key"
AT_ONCE = 1000
Clock = Callable[[], datetime]
REQUESTS = select(func.count()).select_from(appointments.Appointment)
REMOVE = "Remove that file if nothing that was saved with it is needed any more."
LOST = "{} has the keys of {} requests, but this database knows only {}: nothing was changed."
# Importing the models fills the metadata; naming them here says which ones.
MODELS = (
    *(appointments, clinics, limits, notices, operations, record, register),
    *(repeats, retired, staff, statistics, symptoms, tries, webhooks),
)


def save(database: Database, vault: Vault, folder: Path, *, clock: Clock) -> Path:
    """Write the keys, in place of the last ones, and the data; return the data's file.

    The data hold no row key. What is erased later loses its key in the next keys file, and with
    that in every data file. Raises BackupError where the schema is not the newest, or the keys in
    the folder know more than this database does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with database.snapshot() as connection:
        # The keys first: older data can be opened by newer keys, never the other way round.
        keys = _renew(connection, vault, folder, clock)
        head = Head("data", keys.revision, keys.taken_at, keys.ring_key, keys.requests)
        file = folder / f"referral-{clock():%Y%m%dT%H%M%S%fZ}.data"
        with written(file, head, vault) as write:
            _write(connection, _data_columns(), write)
    return file


def renew(database: Database, vault: Vault, folder: Path, *, clock: Clock) -> None:
    """Write the keys alone, in place of the last ones: what was erased since is gone from all data.

    Raises BackupError as `save` does, OSError where there is no such folder: where a disk is not
    mounted, none is made.
    """
    with database.snapshot() as connection:
        _renew(connection, vault, folder, clock)


def _renew(connection: Connection, vault: Vault, folder: Path, clock: Clock) -> Head:
    """Write what `connection` sees from its turn on, and return the head."""
    with in_turn(folder):
        before, now = _present(folder / KEYS, vault), clock().isoformat()
        # Were a clock set back, newer keys would count as older than the data.
        taken_at = max(now, before.taken_at) if before else now
        revision = _newest_schema(connection)
        requests = connection.scalar(REQUESTS) or 0
        if before and before.requests > requests:
            says = LOST.format(folder / KEYS, before.requests, requests)
            raise BackupError(f"{says} {REMOVE}")
        head = Head("keys", revision, taken_at, vault.names[0], requests)
        with written(folder / KEYS, head, vault) as write:
            _write(connection, _key_columns(), write)
    return head


def _present(keys: Path, vault: Vault) -> Head | None:
    """Return the head of the last keys; BackupError if they are not ours to replace."""
    if not keys.exists():
        return None
    try:
        next(lines_of(keys, vault), None)
        return head_of(keys)
    except BackupError as error:
        raise BackupError(f"{error} {REMOVE}") from None


def _newest_schema(connection: Connection) -> str:
    revision = schema.revision_of(connection)
    if revision is None or schema.standing_of(revision) is not Standing.NEWEST:
        raise BackupError("The database has not the schema of this program: `referral migrate`.")
    _check_all_known(connection)
    return revision


Chosen = tuple[Table, list[Column[object]]]


def _check_all_known(connection: Connection) -> None:
    """Refuse to leave a table out without a word."""
    there = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if unknown := there - SQLModel.metadata.tables.keys():
        raise BackupError(f"Tables that are not ours are in the database: {sorted(unknown)}.")


def _key_columns() -> Iterator[Chosen]:
    for table in SQLModel.metadata.sorted_tables:
        if KEY in table.c:
            yield table, [table.c.id, table.c[KEY]]


def _data_columns() -> Iterator[Chosen]:
    for table in SQLModel.metadata.sorted_tables:
        yield table, [column for column in table.c if column.name != KEY]


def _write(connection: Connection, chosen: Iterator[Chosen], write: Write) -> None:
    """Write a line for each table, one for each of its rows, and at the end how many there were."""
    counts: dict[str, int] = {}
    streaming = connection.execution_options(yield_per=AT_ONCE)
    for table, columns in chosen:
        write({"table": table.name, "columns": [column.name for column in columns]})
        counts[table.name] = 0
        for row in streaming.execute(select(*columns)):
            write(list(row))
            counts[table.name] += 1
    write({"counts": counts})
