"""What the databases do for a page of the list: the steps of their plans, and how much work."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import Connection, event
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from referral.db import Database
from world import Json, Practice, house

SEARCH = "/api/v1/requests/search"
Sent = tuple[str, Any]


class Step(NamedTuple):
    """A step of a plan: its name, the index with its condition, and how many rows are guessed."""

    name: str
    where: str
    rows: int = 0


def steps(client: TestClient, practice: Practice, body: Json) -> list[Step]:
    """Search, and return the steps of the statement that finds the rows, the first one first."""
    *_, (statement, given) = statements(client, practice, body)
    database = house(client).database
    explain = "EXPLAIN QUERY PLAN" if database.in_process else "EXPLAIN (FORMAT JSON)"
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{explain} {statement}", given).all()
    if database.in_process:
        return [of_sqlite(row.detail) for row in rows]
    return list(of_postgresql(rows[0][0][0]["Plan"]))


def work(client: TestClient, practice: Practice, body: Json) -> int:
    """Search, and return what it took: instructions of SQLite's machine, or PostgreSQL's blocks."""
    database = house(client).database
    work_of = instructions if database.in_process else blocks
    with database.engine.connect() as connection:
        return sum(work_of(connection, *sent) for sent in statements(client, practice, body))


def instructions(connection: Connection, statement: str, given: Any) -> int:  # noqa: ANN401 - the driver's
    driver: Any = connection.connection.driver_connection
    done = count()
    driver.set_progress_handler(lambda: next(done) and None, 1)
    try:
        connection.exec_driver_sql(statement, given).all()
    finally:
        driver.set_progress_handler(None, 0)
    return next(done)


def blocks(connection: Connection, statement: str, given: Any) -> int:  # noqa: ANN401 - the driver's
    explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
    ((plan,),) = connection.exec_driver_sql(explain, given).scalars()
    return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])


def statements(client: TestClient, practice: Practice, body: Json) -> list[Sent]:
    """Search, and return the statements about requests with their parameters."""
    seen: list[Sent] = []
    with listening(house(client).database, seen):
        answer = client.post(SEARCH, json=body, headers=practice.bearer)
    assert answer.status_code == 200, answer.text
    return [one for one in seen if "FROM appointments" in one[0]]


def read_whole(database: Database, sent: list[Sent]) -> set[str]:
    """Return the tables of which SQLite reads every row for one of the statements.

    PostgreSQL rather reads a table of a few rows than its index, so it is not asked.
    """
    if not database.in_process:
        return set()
    with database.engine.connect() as connection:
        said = [
            row.detail.split()
            for statement, given in dict(sent).items()
            if not statement.startswith("INSERT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        ]
    return {name for step, name, *_ in said if step == "SCAN" and name in SQLModel.metadata.tables}


def of_sqlite(said: str) -> Step:
    """Return a step as SQLite says it; of how many rows it knows nothing."""
    if said == "USE TEMP B-TREE FOR ORDER BY":
        return Step("Sort", "")
    name, _, where = said.partition(" USING INDEX ")
    return Step(name, where)


def of_postgresql(node: Json) -> Iterator[Step]:
    """Yield the steps of a plan that find or sort rows, the innermost first."""
    for inner in node.get("Plans", ()):
        yield from of_postgresql(inner)
    if node["Node Type"] not in {"Limit", "Result", "Bitmap Heap Scan"}:
        where = f"{node.get('Index Name')} {node.get('Index Cond')}"
        yield Step(node["Node Type"], where, node["Plan Rows"])


@contextmanager
def listening(database: Database, seen: list[Sent]) -> Iterator[None]:
    """Keep each statement and its parameters, as the driver gets them."""

    def keep(
        _connection: object, _cursor: object, statement: str, given: object, *_: object
    ) -> None:
        seen.append((statement, given))

    event.listen(database.engine, "before_cursor_execute", keep)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", keep)
