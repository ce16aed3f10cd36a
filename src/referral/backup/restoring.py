"""Reading a backup into an empty database: all of it, or nothing."""

from pathlib import Path

from sqlalchemy import JSON, MetaData, Table, func, select
from sqlalchemy.engine import Connection

from referral import schema
from referral.appointments.life.retention import forget_unreadable
from referral.backup.filling import Filling, Keys
from referral.backup.sealing import BackupError, Head, head_of, lines_of
from referral.db import Database
from referral.schema import Standing
from referral.vault import Vault


def restore(database: Database, vault: Vault, data: Path, keys: Path) -> dict[str, int]:
    """Bring a backup into an empty database, then to the newest schema; return rows by table.

    What was erased between the data and the keys has no key any more: it is forgotten here, too.
    """
    head = checked_heads(data, keys)
    known = _keys(keys, vault)
    # Read to its end once before anything is changed: what is cut off shows at the end.
    for _ in lines_of(data, vault):
        pass
    url = database.engine.url.render_as_string(hide_password=False)
    with database.snapshot() as connection:
        revision = schema.revision_of(connection)
    if revision is None:
        schema.upgrade(url, head.revision)
    with database.unit_of_work() as session:
        connection = session.connection()
        filling = Filling(connection, _empty_tables(connection, head), known)
        for line in lines_of(data, vault):
            filling.take(line)
    schema.upgrade(url)
    with database.unit_of_work() as session:
        forget_unreadable(session)
    return filling.counts


def checked_heads(data: Path, keys: Path) -> Head:
    """Return the head of the data; BackupError unless both files are there and fit."""
    head, newest = head_of(data), head_of(keys)
    if (head.kind, newest.kind) != ("data", "keys"):
        raise BackupError(f"{data} must be a .data file of a backup, and {keys} its keys.")
    if newest.taken_at < head.taken_at:
        raise BackupError(f"{keys} is older than the data: take the newest keys.")
    if schema.standing_of(head.revision) is Standing.NEWER:
        raise BackupError(f"{data} has a newer schema than this program: take its newer version.")
    return head


def _keys(path: Path, vault: Vault) -> Keys:
    """Return the wrapped keys by table and row, as they are written."""
    found: Keys = {}
    table = ""
    for line in lines_of(path, vault):
        match line:
            case {"table": str(table)}:
                pass
            case [str(row), str(wrapped)]:
                found[table, row] = wrapped
    return found


def _empty_tables(connection: Connection, head: Head) -> dict[str, Table]:
    """Return the tables as they are; BackupError unless they are empty and of that schema."""
    if schema.revision_of(connection) != head.revision:
        raise BackupError("The database has another schema than the backup: take an empty one.")
    metadata = MetaData()
    metadata.reflect(connection)
    tables = {name: table for name, table in metadata.tables.items() if name != "alembic_version"}
    for table in tables.values():
        if connection.scalar(select(func.count()).select_from(select(table).limit(1).subquery())):
            raise BackupError("The database is not empty: nothing was restored.")
        for column in table.c:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return tables
