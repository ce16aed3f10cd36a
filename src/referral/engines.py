"""Engines for both databases: how they connect, begin, wait, and leave what is dead."""

import hashlib
import select
from functools import partial
from typing import Any

from sqlalchemy import URL, Dialect, Engine, create_engine
from sqlalchemy import event as sa_event
from sqlalchemy.engine import Connection, ExceptionContext, make_url
from sqlalchemy.exc import DisconnectionError, OperationalError

from referral.troubles import Trouble, trouble_of

# In seconds, for everything that a call may have to wait for.
PATIENCE = 10.0
# How a server that vanished without a word is noticed, by the connection itself, within as long.
NOTICED = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
}
# As PostgreSQL, but for the last one: an erased key is not left lying in the file's free space.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


def make_engine(url: str | URL, *, pool_size: int, patience: float = PATIENCE) -> Engine:
    """Return an engine; SQLite gets WAL, full sync and foreign keys, to behave like PostgreSQL.

    Nobody waits longer than `patience` seconds for a connection, or for another writer of SQLite.
    """
    given = make_url(url)
    common: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": 0,
        "pool_timeout": patience,
        # An error must not carry what was typed into a log.
        "hide_parameters": True,
    }
    if given.get_backend_name() == "postgresql":
        chosen = {name: value for name, value in NOTICED.items() if name not in given.query}
        engine = create_engine(given, connect_args=chosen, **common)
        sa_event.listen(engine, "checkout", partial(_replace_dead, engine.dialect))
        sa_event.listen(engine, "handle_error", _leave_a_standby)
        return engine
    engine = create_engine(given, **common)
    sa_event.listen(engine, "connect", partial(_set_up_sqlite, int(patience * 1000)))
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


def _leave_a_standby(context: ExceptionContext) -> None:
    """Give all connections up where the server takes no writes any more: another one may."""
    if trouble_of(context.sqlalchemy_exception or context.original_exception) is Trouble.READ_ONLY:
        context.is_disconnect = True


def chained(head: bytes, digest: bytes) -> bytes:
    """Return `sha256(head || digest)`: PostgreSQL has it, SQLite and those who verify call this."""
    return hashlib.sha256(head + digest).digest()


def _set_up_sqlite(wait: int, connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    # The driver's own BEGIN would come too late, and without IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    # First of all how long to wait: the next one may have to.
    for pragma in (f"busy_timeout={wait}", *PRAGMAS):
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
