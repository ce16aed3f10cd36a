"""Statements and expressions that the two databases spell differently."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


def insert(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that can say what is to be done on a conflict."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


class Spelled(FunctionElement[str]):
    """An expression that the two databases spell differently: `sql`, with {} for what it is of."""

    type: TypeEngine[Any] = Text()
    inherit_cache = True
    sql: ClassVar[Mapping[str, str]]


class Aside(Spelled):
    """A column in a condition that shall not choose the index.

    SQLite knows nothing of how many rows a value has, and prefers a range to the order that is
    wanted; its unary plus hides the column from the search for an index. PostgreSQL counts.
    """

    inherit_cache = True
    sql: ClassVar = {"sqlite": "+{0}", "postgresql": "{0}"}

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(Spelled)
def _spell(element: Spelled, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - the signature is given
    inside = compiler.process(element.clauses, **options)
    return element.sql[compiler.dialect.name].format(inside)
