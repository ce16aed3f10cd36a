"""The raw limit of storing a request: the bare driver, one commit for each."""

import json
import sqlite3
import time
from typing import Any
from uuid import UUID

import psycopg

from referral.db import Database

ASKED = "id IN (SELECT assessment_id FROM appointments WHERE clinic_id = {})"


def bare_inserts(database: Database, floor: Database, clinic: UUID) -> float:
    """Copy what the service stored for `clinic`, row by row; return commits per second."""
    with _driver(database) as source, _driver(floor) as target:
        mark = "?" if isinstance(source, sqlite3.Connection) else "%s"
        given = (clinic.hex if mark == "?" else clinic,)
        for table, where in (
            ("clinics", "id = {}"),
            ("event_counters", "clinic_id = {}"),
            ("assessments", ASKED),
        ):
            for row in _rows(source, table, where.format(mark), given):
                target.execute(_insert(table, row, mark), row)
        target.commit()
        appointments = _rows(source, "appointments", f"clinic_id = {mark}", given)
        events = _rows(source, "events", f"clinic_id = {mark}", given)
        order = f"clinic_id = {mark} ORDER BY appointment_id"
        told = _rows(source, "notices", order, given)
        notices = list(zip(told[::2], told[1::2], strict=True))
        statements = (
            _insert("appointments", appointments[0], mark),
            f"UPDATE event_counters SET last = last + 1 WHERE clinic_id = {mark}",
            _insert("events", events[0], mark),
        )
        tell = _insert("notices", told[0], mark)
        started = time.perf_counter()
        for appointment, event, both in zip(appointments, events, notices, strict=True):
            for statement, values in zip(statements, (appointment, given, event), strict=True):
                target.execute(statement, values)
            target.executemany(tell, both)
            target.commit()
        return len(events) / (time.perf_counter() - started)


def _rows(source: Any, table: str, where: str, given: tuple[object]) -> list[list[Any]]:  # noqa: ANN401 - either driver
    found = source.execute(f"SELECT * FROM {table} WHERE {where}", given).fetchall()
    return [
        [json.dumps(value) if isinstance(value, dict | list) else value for value in row]
        for row in found
    ]


def _insert(table: str, row: list[Any], mark: str) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join([mark] * len(row))})"


def _driver(database: Database) -> Any:  # noqa: ANN401 - either driver's own connection
    url = database.engine.url
    if url.get_backend_name() == "postgresql":
        return psycopg.connect(url.render_as_string(hide_password=False))
    connection = sqlite3.connect(str(url.database))
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
