"""How a command of the staff ends: exit codes, and what is said on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from referral.client.errors import (
    ClientError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NoAnswerError,
    NotFoundError,
    ProblemError,
    StaleError,
    TooManyError,
    UnauthorizedError,
    UnavailableError,
)

UNEXPECTED, USAGE, NOT_ALLOWED, NOT_FOUND, CONFLICT, UNAVAILABLE = 1, 2, 3, 4, 5, 6
CODES = {
    InvalidError: USAGE,
    UnauthorizedError: NOT_ALLOWED,
    ForbiddenError: NOT_ALLOWED,
    NotFoundError: NOT_FOUND,
    ConflictError: CONFLICT,
    StaleError: CONFLICT,
    TooManyError: UNAVAILABLE,
    UnavailableError: UNAVAILABLE,
    NoAnswerError: UNAVAILABLE,
}


@contextmanager
def by_error() -> Iterator[None]:
    """End the command with the sentences and the code of an error of the client."""
    try:
        yield
    except ClientError as error:
        leave(CODES.get(type(error), UNEXPECTED), *_sentences(error))


def leave(code: int, *sentences: str) -> NoReturn:
    """End the command with `code`, and say why."""
    for sentence in sentences:
        typer.echo(sentence, err=True)
    raise typer.Exit(code)


def _sentences(error: ClientError) -> Iterator[str]:
    if not isinstance(error, ProblemError) or not error.errors:
        yield str(error)
        yield from _allowed(error)
        return
    for one in error.errors:
        place = one.get("pointer", "").strip("/").removeprefix("query/")
        yield f"{place}: {one.get('detail', '')}" if place else one.get("detail", "")


def _allowed(error: ClientError) -> Iterator[str]:
    if isinstance(error, ConflictError) and "available_actions" in error.facts:
        allowed = ", ".join(error.available_actions)
        yield f"Possible now: {allowed or 'nothing, with this key'}."
