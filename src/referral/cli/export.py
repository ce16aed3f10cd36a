"""A clinic's requests as one file, which has its name only once it is whole."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.filesize import decimal

from referral.cli import exits, times
from referral.cli.choosing import (
    Assignee,
    Chiropractor,
    Levels,
    Needs,
    Overdue,
    States,
    chosen,
)
from referral.cli.colleagues import whose
from referral.cli.desk import AsJson, at_desk
from referral.client.export import Kind
from referral.client.files import written_whole

Format = Annotated[Kind, typer.Option("--format", help="For spreadsheets, or for programs.")]
Include = Annotated[
    Literal["person"] | None, typer.Option(help="Who asks, too: needs a key of the scope `admin`.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Where to keep it, for you only; else standard output."),
]
From = Annotated[str | None, typer.Option("--from", help="Those sent from then on.")]
Before = Annotated[str | None, typer.Option(help="Those sent before then.")]


def export(  # noqa: PLR0913 - its filters are its options
    *,
    kind: Format = "csv",
    include: Include = None,
    output: Output = None,
    needs: Needs = None,
    state: States = None,
    level: Levels = None,
    overdue: Overdue = False,
    chiropractor: Chiropractor = None,
    assignee: Assignee = None,
    sent_from: From = None,
    before: Before = None,
    as_json: AsJson = False,
) -> None:
    """Write all requests, or those that you choose, as one file, newest first.

    With --json as with --format ndjson: a line for each.
    """
    with at_desk() as desk:
        wanted = chosen(
            include=include,
            needs=needs,
            state=state,
            level=level,
            overdue=overdue,
            chiropractor_id=chiropractor,
            assignee=whose(desk, assignee),
            created_from=sent_from and times.moment(sent_from, desk.zone),
            created_before=before and times.moment(before, desk.zone),
        )
        pieces = desk.client.export("ndjson" if as_json else kind, **wanted)
        if output is None:
            sys.stdout.buffer.writelines(pieces)
        else:
            _keep(pieces, output)


def _keep(pieces: Iterator[bytes], output: Path) -> None:
    try:
        with written_whole(output) as file:
            file.writelines(_watched(pieces))
    except OSError as error:
        exits.leave(exits.USAGE, f"{output}: {error.strerror}.")


def _watched(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces, and say on a terminal how much has come."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield from pieces
        return
    size = 0
    with screen.status("Waiting for the file.") as status:
        for piece in pieces:
            size += len(piece)
            status.update(f"{decimal(size)} have come.")
            yield piece
