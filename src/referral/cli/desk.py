"""What the commands of the staff share: the clinic's desk, and what is typed after a command."""

import re
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

from referral.appointments.reference import ALPHABET, LENGTH
from referral.appointments.representations import RequestDetail
from referral.cli import exits
from referral.cli.account import account
from referral.client import Client

HALF = f"[{ALPHABET}]{{{LENGTH // 2}}}"
REFERENCE = re.compile(f"({HALF})[- ]?({HALF})")

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
        given = typed.strip().upper()
        if match := REFERENCE.fullmatch(given):
            return self._by_reference(f"{match[1]}-{match[2]}")
        try:
            request_id = UUID(given)
        except ValueError:
            raise typer.BadParameter("Write a reference like K7QF-3M9P, or an id.") from None
        return self.client.get(request_id)

    def _by_reference(self, reference: str) -> RequestDetail:
        rows = self.client.requests(limit=200)
        found = next((row for row in rows if row.reference == reference), None)
        if found is None:
            exits.leave(exits.NOT_FOUND, "Your clinic has no request with this reference.")
        return self.client.get(found.id)


@contextmanager
def at_desk() -> Iterator[Desk]:
    """Yield the clinic's desk; an error of the client ends the command, see `exits`."""
    with exits.by_error(), Client(*account()) as client:
        yield Desk(client)


def console() -> Console:
    """Return where tables go: in colours on a terminal, unless NO_COLOR says otherwise."""
    return Console(highlight=False)


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
