"""What the commands of the staff share: the clinic's desk, and what is typed after a command."""

import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer
from pydantic import BaseModel
from rich.console import Console

from referral.appointments.reference import is_reference, written
from referral.appointments.representations import RequestDetail
from referral.cli import exits
from referral.cli.account import account
from referral.client import Client

Request = Annotated[str, typer.Argument(metavar="REFERENCE", help="Its reference, or its id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, and nothing else.")]


@dataclass(frozen=True)
class Desk:
    """A client with the clinic's key."""

    client: Client

    @cached_property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.client.clinic().timezone)

    def find(self, typed: str) -> RequestDetail:
        """Return the request of a reference, however it was typed, or of an id."""
        return self.client.get(self.id_of(typed))

    def id_of(self, typed: str) -> UUID:
        """Return the id of a request, which is looked up if it is told by its reference."""
        if is_reference(reference := written(typed)):
            return self._by_reference(reference)
        try:
            return UUID(typed.strip())
        except ValueError:
            raise typer.BadParameter("Write a reference like K7QF-3M9P, or an id.") from None

    def _by_reference(self, reference: str) -> UUID:
        row = next(self.client.requests(reference=reference, fields="reference"), None)
        if row is None:
            exits.leave(exits.NOT_FOUND, "Your clinic has no request with this reference.")
        return row.id


@contextmanager
def at_desk() -> Iterator[Desk]:
    """Yield the clinic's desk; an error of the client ends the command, see `exits`."""
    with exits.by_error(), Client(*account()) as client:
        yield Desk(client)


def console() -> Console:
    """Return where tables go: in colours on a terminal, unless NO_COLOR says otherwise."""
    return Console(highlight=False)


def given(argument: str | None, what: str) -> str:
    """Return an argument, or where there is none what is typed at a prompt or piped in.

    What is personal need not stand in the history of a shell.
    """
    if argument is not None:
        return argument
    if sys.stdin.isatty():
        return str(typer.prompt(what, err=True))
    return sys.stdin.read()


def write_json(shown: BaseModel) -> None:
    """Write a line of JSON that any terminal and any program can read."""
    sys.stdout.write(shown.model_dump_json(by_alias=True, ensure_ascii=True) + "\n")


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def plain(typed: str) -> str:
    """Return what a person typed without what could steer a terminal."""
    return "".join(
        sign if sign == "\n" or unicodedata.category(sign)[0] != "C" else "�" for sign in typed
    )
