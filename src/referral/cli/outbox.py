"""Commands for the outbox: what waits to be sent, and what could not be."""

from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from referral.cli.console import database, now, out
from referral.notices import outbox
from referral.notices.models import NoticeStatus

app = typer.Typer(no_args_is_help=True, help="Notices: waiting, sent, dead.")
WIDE = 140
NoticeId = Annotated[UUID, typer.Argument(help="The notice's id.")]


@app.command("list")
def list_notices(
    status: Annotated[
        list[NoticeStatus] | None, typer.Option(help="May be given more than once.")
    ] = None,
) -> None:
    """List notices, oldest first: the waiting and the dead ones, unless a status is named."""
    # Wide in a narrow window, too: an id in two pieces cannot be copied.
    table = Table("Id", "For", "Kind", "Status", "Due", "Attempts", "Failure", width=WIDE)
    chosen = status or [NoticeStatus.WAITING, NoticeStatus.DEAD]
    with database() as opened, opened.reading() as session:
        for row in outbox.listing(session, *chosen):
            due = f"{row.due_at:%Y-%m-%d %H:%M}Z"
            facts = (row.kind, row.status, due, str(row.attempts), row.failure or "")
            table.add_row(str(row.id), row.audience, *facts)
        totals = outbox.counts(session)
    out.print(table)
    out.print("In all: " + ", ".join(f"{totals[each]} {each}" for each in NoticeStatus))


@app.command()
def retry(
    notice_id: Annotated[UUID | None, typer.Argument(help="The notice's id.")] = None,
    *,
    all_dead: Annotated[bool, typer.Option("--all-dead", help="Every dead notice.")] = False,
) -> None:
    """Let a dead notice be tried again; one that a later notice has overtaken is not sent."""
    if (notice_id is None) is not all_dead:
        raise typer.BadParameter("Give either one id or --all-dead.")
    with database() as opened, opened.unit_of_work() as session:
        ids = (
            [notice_id]
            if notice_id
            else [row.id for row in outbox.listing(session, NoticeStatus.DEAD, limit=None)]
        )
        again = [outbox.retry(session, each, now=now()).status for each in ids]
    waiting, overtaken = again.count(NoticeStatus.WAITING), again.count(NoticeStatus.SUPERSEDED)
    out.print(f"Waiting again: {waiting}. Overtaken by a later notice: {overtaken}.")


@app.command()
def drop(notice_id: NoticeId) -> None:
    """Give up a notice that waits or is dead."""
    with database() as opened, opened.unit_of_work() as session:
        outbox.drop(session, notice_id)
    out.print("Dropped.")
