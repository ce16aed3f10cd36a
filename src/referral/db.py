"""The database: column types, the engine for both databases, and the one place that commits."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Enum,
    LargeBinary,
    Text,
    TypeDecorator,
    Uuid,
    create_engine,
    literal_column,
)
from sqlalchemy import event as sa_event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, SQLModel

from referral.errors import UnavailableError
from referral.text import N_

Result = TypeVar("Result")

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, UTC in and out on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is given
        """Turn an aware datetime into UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        """SQLite hands back a naive value, PostgreSQL one in the session's zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[bytes]):
    """Personal or health data, encrypted by `referral.vault` before it comes here."""

    impl = LargeBinary
    cache_ok = True


def coded(codes: type[StrEnum], name: str) -> Enum:
    """Return a text column type with a CHECK that allows only `codes`."""
    return Enum(
        codes,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Spelled(FunctionElement[str]):
    """An expression that the two databases spell differently: `sql`, with {} for what it is of."""

    type = Text()
    inherit_cache = True
    sql: ClassVar[Mapping[str, str]]


class JsonId(Spelled):
    """An id in a `JsonObject`: with dashes."""

    inherit_cache = True
    sql: ClassVar = {
        "sqlite": "substr({0}, 1, 8) || '-' || substr({0}, 9, 4) || '-' || substr({0}, 13, 4)"
        " || '-' || substr({0}, 17, 4) || '-' || substr({0}, 21)",
        "postgresql": "{0}",
    }


class JsonMoment(Spelled):
    """A time in a `JsonObject`: RFC 3339 in UTC, without a fraction that is zero."""

    inherit_cache = True
    sql: ClassVar = {
        "sqlite": "replace(replace({0}, '.000000', ''), ' ', 'T') || 'Z'",
        "postgresql": "replace(to_char({0} AT TIME ZONE 'UTC',"
        """ 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000', '')""",
    }


class JsonPart(Spelled):
    """Text in a `JsonObject` that is JSON already."""

    inherit_cache = True
    sql: ClassVar = {"sqlite": "json({0})", "postgresql": "CAST({0} AS JSON)"}


class JsonObject(Spelled):
    """Values by name as the text of one JSON object, written by the database.

    For long lists: to make Python objects of all values, only to write JSON of them, costs several
    times what reading them does.
    """

    inherit_cache = True
    sql: ClassVar = {
        "sqlite": "json_object({0})",
        "postgresql": "CAST(json_build_object({0}) AS TEXT)",
    }

    def __init__(self, **values: ColumnElement[Any]) -> None:
        pairs: Iterator[tuple[ColumnElement[Any], ...]]
        pairs = ((literal_column(f"'{name}'"), _in_json(value)) for name, value in values.items())
        super().__init__(*chain.from_iterable(pairs))


JSON_FORMS: Mapping[type[Any], type[Spelled]] = {
    Uuid: JsonId,
    UtcDateTime: JsonMoment,
    JSON: JsonPart,
}


def _in_json(value: ColumnElement[Any]) -> ColumnElement[Any]:
    form = JSON_FORMS.get(type(value.type))
    return value if form is None else form(value)


@compiles(Spelled)
def _spell(element: Spelled, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - the signature is given
    inside = compiler.process(element.clauses, **options)
    return element.sql[compiler.dialect.name].format(inside)


class Database:
    """The engine and the two ways to use it: `reading()` and `unit_of_work()`."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.engine = make_engine(url, pool_size=pool_size)
        self._writing = self.engine.execution_options(writes=True)
        # SQLite has one writer: waiting here is fair and quick, polling its file lock is neither.
        self._turn = threading.Lock() if self.engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session on one snapshot; nothing done in it is kept."""
        with unavailable_is_503(), Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """Yield a session and commit when the block ends without an error: the only commit."""
        with (
            unavailable_is_503(),
            self._turn,
            Session(self._writing, expire_on_commit=False) as session,
        ):
            yield session
            session.commit()

    def settle(self, verb: Callable[[Session], Result]) -> Result:
        """Run `verb` in a unit of work, and once more if a unique constraint refused it.

        A double click makes two identical calls race; the second run finds what the first stored.
        """
        try:
            with self.unit_of_work() as session:
                return verb(session)
        except IntegrityError:
            with self.unit_of_work() as session:
                return verb(session)


@contextmanager
def unavailable_is_503() -> Iterator[None]:
    """Say in our own words that the database is locked, full, gone or out of connections."""
    try:
        yield
    except (OperationalError, PoolTimeoutError) as error:
        raise UnavailableError(N_("Nothing was saved. Please try again in a minute.")) from error


def make_engine(url: str, *, pool_size: int) -> Engine:
    """Return an engine; SQLite gets WAL, full sync and foreign keys, to behave like PostgreSQL."""
    # An error must not carry what was typed into a log.
    common: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 0, "hide_parameters": True}
    if make_url(url).get_backend_name() == "postgresql":
        return create_engine(url, pool_pre_ping=True, **common)
    engine = create_engine(url, **common)
    sa_event.listen(engine, "connect", _set_up_sqlite)
    sa_event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    # The driver's own BEGIN would come too late, and without IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
