"""The database: column types, the engine for both databases, and the one place that commits."""

import hashlib
import select
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    LargeBinary,
    Row,
    Table,
    TypeDecorator,
    create_engine,
)
from sqlalchemy import event as sa_event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session, SQLModel

from referral.commits import SharedCommits
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


def table_of(model: type[SQLModel]) -> Table:
    """Return the table behind `model`, for statements of columns that need no objects."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


class Database:
    """The engine and the ways to use it: `reading()`, `selecting()` and `unit_of_work()`."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.engine = make_engine(url, pool_size=pool_size)
        self.in_process = self.engine.dialect.name == "sqlite"
        self._reading = beginning(self.engine, "BEGIN")
        self._writing = beginning(self.engine, "BEGIN IMMEDIATE")
        # On a server BEGIN and ROLLBACK are a round trip each, as long as a short query.
        alone = {} if self.in_process else {"isolation_level": "AUTOCOMMIT"}
        self._selecting = self.engine.execution_options(**alone)
        # SQLite has one writer: waiting here is fair and quick, polling its file lock is neither.
        self._turn = threading.Lock() if self.in_process else nullcontext()
        self._shared = SharedCommits(self._transaction, self._turn) if self.in_process else None
        self._aside = make_engine(url, pool_size=1).execution_options(**alone)
        sa_event.listen(self.engine, "engine_disposed", lambda _: self._aside.dispose())

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session to read with; nothing done in it is kept."""
        with unavailable_is_503(), Session(self._reading, autoflush=False) as session:
            yield session

    @contextmanager
    def selecting(self) -> Iterator[Connection]:
        """Yield a connection for columns without objects; each statement may see newer rows."""
        with unavailable_is_503(), self._selecting.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Yield a connection that sees all as it was at its first read, however long it reads."""
        fixed = {} if self.in_process else {"isolation_level": "REPEATABLE READ"}
        with unavailable_is_503(), self._reading.connect() as connection:
            yield connection.execution_options(**fixed)

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """Yield a session and commit when the block ends without an error."""
        with unavailable_is_503(), self._turn, self._transaction() as session:
            yield session

    def settle(self, verb: Callable[[Session], Result]) -> Result:
        """Run `verb` in a unit of work, and once more if a unique constraint refused it.

        A double click makes two identical calls race; the second run finds what the first stored.
        `verb` may run in the thread of another caller, who then commits for both.
        """
        try:
            return self._settle(verb)
        except IntegrityError:
            return self._settle(verb)

    def aside(self, statement: Executable) -> Any:  # noqa: ANN401 - what the statement returns
        """Run one statement, a transaction of its own, and return the one value that it returns.

        On a server it has a connection for itself and never waits behind all who call; in this
        process it waits for its turn to write.
        """
        if self.in_process:
            return self.settle(lambda session: session.execute(statement).scalar_one())
        with unavailable_is_503(), self._aside.connect() as connection:
            return connection.execute(statement).scalar_one()

    def glance(self, statement: Executable) -> Sequence[Row[Any]]:
        """Return the rows of a short query, apart: even who holds the last connection may ask."""
        with unavailable_is_503(), self._aside.connect() as connection:
            return connection.execute(statement).all()

    def _settle(self, verb: Callable[[Session], Result]) -> Result:
        with unavailable_is_503():
            if self._shared is not None:
                return self._shared.settle(verb)
            with self._transaction() as session:
                return verb(session)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """Yield a session and commit: the only place that does."""
        with Session(self._writing, expire_on_commit=False) as session:
            yield session
            session.commit()


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
        engine = create_engine(url, **common)
        sa_event.listen(engine, "checkout", partial(_replace_dead, engine.dialect))
        return engine
    engine = create_engine(url, **common)
    sa_event.listen(engine, "connect", _set_up_sqlite)
    return engine


def beginning(engine: Engine, statement: str) -> Engine:
    """Return `engine`, on SQLite with transactions that begin by `statement`.

    Without it each statement there is a transaction of its own. To PostgreSQL the driver says it.
    """
    if engine.dialect.name != "sqlite":
        return engine
    begun = engine.execution_options()
    sa_event.listen(begun, "begin", partial(_begin_sqlite, statement))
    return begun


def _replace_dead(
    dialect: Dialect,
    connection: Any,  # noqa: ANN401 - the driver's own type
    _record: object,
    _proxy: object,
) -> None:
    """Have the pool replace a connection that the server has closed.

    Asking the server before each use would be a round trip. Between two uses it sends nothing,
    unless it says goodbye; so only a connection with something to read is asked.
    """
    readable = select.poll()
    readable.register(connection, select.POLLIN)
    if not readable.poll(0):
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


def chained(head: bytes, digest: bytes) -> bytes:
    """Return `sha256(head || digest)`: PostgreSQL has it, SQLite and those who verify call this."""
    return hashlib.sha256(head + digest).digest()


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    # The driver's own BEGIN would come too late, and without IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("chained", 2, chained, deterministic=True)


def _begin_sqlite(begin: str, connection: Connection) -> None:
    # By the driver itself: as a statement of SQLAlchemy's it would cost more than the query.
    cursor = connection.connection.cursor()
    try:
        cursor.execute(begin)
    except connection.dialect.loaded_dbapi.OperationalError as error:
        raise OperationalError(begin, None, error) from error
    finally:
        cursor.close()
