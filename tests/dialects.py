"""Statements compiled for one engine of the tests serve the next, as all callers of a service.

A service has one engine for as long as it runs, and SQLAlchemy compiles each statement once for it.
Each test has engines of its own, but the statements are those of the tests before.
"""

from typing import Any, ClassVar

from sqlalchemy import Dialect, Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class Alike(Dialect):
    """Equals every other of its class, and so finds what was compiled for that one."""

    compiled: ClassVar[dict[Any, Any]] = {}

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let a new engine look where all the others do."""
        engine.update_execution_options(compiled_cache=cls.compiled)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class Sqlite(Alike, SQLiteDialect_pysqlite):
    supports_statement_cache = True


class PostgreSQL(Alike, PGDialect_psycopg):
    supports_statement_cache = True


def keep_compiled() -> None:
    """From now on, make engines with these."""
    registry.register("sqlite", __name__, "Sqlite")
    registry.register("postgresql", __name__, "PostgreSQL")
