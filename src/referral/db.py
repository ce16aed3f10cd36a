"""The database: column types, the engine for both databases, and the one place that commits."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    DateTime,
    Dialect,
    Enum,
    Executable,
    LargeBinary,
    Row,
    Table,
    TypeDecorator,
)
from sqlalchemy import event as sa_event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session, SQLModel

from referral.commits import SharedCommits, Turn
from referral.engines import PATIENCE, beginning, make_engine
from referral.errors import UnavailableError
from referral.replica import Replica
from referral.text import N_
from referral.troubles import code_of, trouble_of

log = logging.getLogger(__name__)
# In seconds: how long all writers may wait for readers.
A_MOMENT = 0.2
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
    """The engine and the ways to use it: `reading()`, `selecting()` and `unit_of_work()`.

    `patience` is how long, in seconds, a call waits for a connection or for another writer.
    `replica` is a server that follows this one, for those who ask it by themselves.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 20,
        patience: float = PATIENCE,
        replica_url: str | None = None,
    ) -> None:
        self.engine = make_engine(url, pool_size=pool_size, patience=patience)
        self.in_process = self.engine.dialect.name == "sqlite"
        self._reading = beginning(self.engine, "BEGIN")
        self._writing = beginning(self.engine, "BEGIN IMMEDIATE")
        # On a server BEGIN and ROLLBACK are a round trip each, as long as a short query.
        alone = {} if self.in_process else {"isolation_level": "AUTOCOMMIT"}
        self._selecting = self.engine.execution_options(**alone)
        # SQLite has one writer.
        self._turn = Turn(patience) if self.in_process else nullcontext()
        self._shared = SharedCommits(self._transaction, self._turn) if self.in_process else None
        self._aside = make_engine(url, pool_size=1, patience=patience).execution_options(**alone)
        self.replica = Replica(replica_url, pool_size=pool_size) if replica_url else None
        sa_event.listen(self.engine, "engine_disposed", lambda _: self._dispose_others())

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

    def forget_overwritten(self) -> None:
        """Empty SQLite's log, where what was overwritten lies until it is full: keys, too.

        Not while somebody reads: then the next time does it. PostgreSQL does as it is set to.
        """
        if not self.in_process:
            return
        engine = make_engine(self.engine.url, pool_size=1, patience=A_MOMENT)
        try:
            with unavailable_is_503(), self._turn, engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            engine.dispose()

    def _dispose_others(self) -> None:
        self._aside.dispose()
        if self.replica is not None:
            self.replica.engine.dispose()

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
            session.flush()
            with _unsure_where_cut_off():
                session.commit()


@contextmanager
def unavailable_is_503() -> Iterator[None]:
    """Say in our own words that the database is locked, full, gone or out of connections."""
    try:
        yield
    except (DBAPIError, PoolTimeoutError, TimeoutError) as error:
        if not _may_pass(error):
            raise
        _note(error)
        raise UnavailableError(N_("Nothing was saved. Please try again in a minute.")) from error


@contextmanager
def _unsure_where_cut_off() -> Iterator[None]:
    """Promise nothing where the connection broke while it was to be stored for good."""
    try:
        yield
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        _note(error)
        detail = N_("It may have been saved, or not. Please look, or try again in a minute.")
        raise UnavailableError(detail, code="outcome-unknown") from error


def _may_pass(error: Exception) -> bool:
    """Say whether it is the database that is in trouble, and not what it was asked."""
    if not isinstance(error, DBAPIError):
        return True
    return isinstance(error, OperationalError) or error.connection_invalidated


def _note(error: Exception) -> None:
    log.warning("the database failed a call: %s (%s)", trouble_of(error), code_of(error))
