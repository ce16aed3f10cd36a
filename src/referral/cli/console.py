"""What every command needs: the settings of the environment, or the reason why they are missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import typer
from pydantic import ValidationError
from rich.console import Console

from referral.db import Database
from referral.settings import Settings, faults

HOW = {"REFERRAL_KEYS": "`referral keyring` makes a key ring; `make run` needs no settings."}
ELSE = "docs/operations.md says what it takes."
out = Console(highlight=False, soft_wrap=True)


def settings() -> Settings:
    """Return the settings; exit with code 2 and what is missing where they are incomplete."""
    try:
        return Settings()
    except ValidationError as error:
        for name, says in faults(error):
            typer.echo(f"{name}: {says}. {HOW.get(name, ELSE)}", err=True)
        raise typer.Exit(2) from None


@contextmanager
def database(chosen: Settings | None = None) -> Iterator[Database]:
    """Yield the database of the settings, and close its connections after that."""
    opened = Database((chosen or settings()).database_url, pool_size=2)
    try:
        yield opened
    finally:
        opened.engine.dispose()


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)
