"""What staff note on a request for each other; the person never sees it."""

from typing import Annotated

import typer

from referral.cli import tables
from referral.cli.desk import AsJson, Request, at_desk, console, given, write_json

Text = Annotated[
    str | None,
    typer.Argument(metavar="[TEXT]", help="Left out, it is asked for, or piped in."),
]


def note(request: Request, text: Text = None, *, as_json: AsJson = False) -> None:
    """Keep a note on a request for your colleagues; the person never sees it."""
    with at_desk() as desk:
        kept = desk.client.add_note(desk.id_of(request), given(text, "Note"))
        if as_json:
            write_json(kept)
        else:
            typer.echo("Noted.")


def notes(request: Request, *, as_json: AsJson = False) -> None:
    """List all notes on a request, newest first; with --json, a line for each."""
    with at_desk() as desk:
        found = desk.client.notes(desk.id_of(request))
        if as_json:
            for each in found:
                write_json(each)
        else:
            console().print(tables.notes(found, desk.zone))
