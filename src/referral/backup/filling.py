"""Filling empty tables with the lines of a backup."""

import base64
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    Table,
    Uuid,
    bindparam,
    delete,
    insert,
    update,
)
from sqlalchemy.types import TypeEngine

from referral.backup.saving import AT_ONCE, KEY
from referral.backup.sealing import BackupError

# The wrapped keys by table and row, as they are written.
Keys = dict[tuple[str, str], str]
# How a value is read that JSON has no word for, by the type of its column.
READ: tuple[tuple[type[TypeEngine[Any]], Callable[[str], Any]], ...] = (
    (DateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (LargeBinary, base64.b64decode),
    (Uuid, UUID),
)


class Filling:
    """Takes the lines in their order; `counts` are the rows of each table so far."""

    def __init__(self, connection: Connection, tables: dict[str, Table], keys: Keys) -> None:
        self.counts: dict[str, int] = {}
        self._connection, self._tables, self._keys = connection, tables, keys
        self._table: Table | None = None
        self._columns: list[str] = []
        self._rows: list[dict[str, Any]] = []
        self._later: list[tuple[Table, str, dict[str, Any]]] = []

    def take(self, line: object) -> None:
        """Store a row, begin a table, or end; BackupError if rows are missing at the end."""
        match line:
            case list():
                self._rows.append(self._read(line))
                if len(self._rows) >= AT_ONCE:
                    self._put()
            case {"table": str(name), "columns": list(columns)}:
                self._put()
                self._table, self._columns, self.counts[name] = self._tables[name], columns, 0
            case {"counts": told}:
                self._put()
                if told != self.counts:
                    raise BackupError("The backup lacks rows: nothing was restored.")
                self._end()

    def _read(self, line: list[Any]) -> dict[str, Any]:
        table = self._chosen
        pairs = zip(self._columns, line, strict=True)
        row = {name: _value(table.c[name], written) for name, written in pairs}
        if KEY in table.c:
            wrapped = self._keys.get((table.name, line[self._columns.index("id")]))
            emptied = None if table.c[KEY].nullable else b""
            row[KEY] = base64.b64decode(wrapped) if wrapped else emptied
        for name in _to_itself(table):
            # A row may refer to one that comes later.
            if row[name] is not None:
                self._later.append((table, name, {"row": row["id"], "value": row[name]}))
                row[name] = None
        return row

    def _put(self) -> None:
        if self._rows:
            self._connection.execute(insert(self._chosen), self._rows)
            self.counts[self._chosen.name] += len(self._rows)
            self._rows = []

    def _end(self) -> None:
        for table, name, values in self._later:
            changed = update(table).where(table.c.id == bindparam("row"))
            self._connection.execute(changed.values({name: bindparam("value")}), values)
        for table in self._tables.values():
            # What cannot be without its key was deleted since; what refers to it goes, too.
            if KEY in table.c and not table.c[KEY].nullable:
                self._connection.execute(delete(table).where(table.c[KEY] == b""))

    @property
    def _chosen(self) -> Table:
        if self._table is None:
            raise BackupError("The backup begins in the middle.")
        return self._table


def _value(column: Column[Any], written: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if not isinstance(written, str):
        return written
    return next((read(written) for kind, read in READ if isinstance(column.type, kind)), written)


def _to_itself(table: Table) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]
