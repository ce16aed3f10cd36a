"""Writing a backup of the database as it is at one moment, while others go on writing."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Column, Connection, Table, select
from sqlmodel import SQLModel

from referral import schema
from referral.backup.sealing import BackupError, Head, Write, written
from referral.db import Database
from referral.schema import Standing
from referral.vault import Vault

KEYS = "referral.keys"
KEY = "wrapped_key"
AT_ONCE = 1000


def save(database: Database, vault: Vault, folder: Path, *, now: datetime) -> Path:
    """Write the keys, in place of those of the last backup, and the data; return the data's file.

    The data hold no row key. What is erased later loses its key in the next keys file, and with
    that in every data file. Raises BackupError where the schema is not the newest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with database.snapshot() as connection:
        revision = schema.revision_of(connection)
        if revision is None or schema.standing_of(revision) is not Standing.NEWEST:
            raise BackupError(
                "The database has not the schema of this program: `referral migrate`."
            )
        taken_at, ring_key = now.isoformat(), vault.names[0]
        # The keys first: older data can be opened by newer keys, never the other way round.
        head = Head("keys", revision, taken_at, ring_key)
        with written(folder / KEYS, head, vault) as write:
            _write(connection, _key_columns(), write)
        file = folder / f"referral-{now:%Y%m%dT%H%M%S%fZ}.data"
        with written(file, Head("data", revision, taken_at, ring_key), vault) as write:
            _write(connection, _data_columns(), write)
    return file


Chosen = tuple[Table, list[Column[object]]]


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
