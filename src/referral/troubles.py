"""What is wrong with the database, in a word for the log and the doctor: pure, by its codes."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, OperationalError


class Trouble(StrEnum):
    """Why a call of the database came to nothing."""

    FULL = "its disk is full or failing"
    READ_ONLY = "it takes no writes"
    LOCKED = "somebody else holds a lock"
    BUSY = "no connection is free"
    AWAY = "it does not answer"


# How SQLite's names and PostgreSQL's SQLSTATEs begin; the first that fits.
BEGINNINGS: Mapping[str, Trouble] = {
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_IOERR": Trouble.FULL,
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_BUSY": Trouble.LOCKED,
    "SQLITE_LOCKED": Trouble.LOCKED,
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
    "40": Trouble.LOCKED,
    "55P03": Trouble.LOCKED,
}


def code_of(error: BaseException) -> str:
    """Return the code that the database gave its error, or the error's type; nothing typed."""
    first = _first(error)
    cause = first.orig if isinstance(first, DBAPIError) and first.orig else first
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return str(code or type(cause).__name__)


def trouble_of(error: BaseException) -> Trouble:
    """Return what is wrong where `error` came; whatever has no code of its own is away."""
    if isinstance(error, TimeoutError):
        return Trouble.LOCKED
    if not isinstance(error, DBAPIError):
        return Trouble.BUSY
    code = code_of(error)
    return next(
        (said for start, said in BEGINNINGS.items() if code.startswith(start)), Trouble.AWAY
    )


def _first(error: BaseException) -> BaseException:
    """Return the error before which all was well: undoing what was done may have failed, too."""
    before = error.__context__
    while before is not None:
        if isinstance(before, OperationalError):
            error = before
        before = before.__context__
    return error
