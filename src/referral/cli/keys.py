"""Commands for staff keys: create, list, revoke."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Column, Table
from rich.text import Text

from referral.cli.console import database, now, out
from referral.cli.desk import plain
from referral.clinics.finding.search import by_id
from referral.staff import service
from referral.staff.models import LONGEST_LABEL
from referral.staff.scopes import Scope

app = typer.Typer(no_args_is_help=True, help="Staff keys, each bound to one clinic.")
LABEL_HELP = f"Who or what will use it, up to {LONGEST_LABEL} characters."
ClinicId = Annotated[UUID, typer.Argument(help="The clinic's id.")]


def _short(label: str) -> str:
    if len(label) > LONGEST_LABEL:
        raise typer.BadParameter(f"Up to {LONGEST_LABEL} characters, please.")
    return label


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""


@app.command()
def create(
    clinic_id: ClinicId,
    label: Annotated[str, typer.Option(help=LABEL_HELP, callback=_short)] = "staff",
    scope: Annotated[list[Scope] | None, typer.Option(help="May be given more than once.")] = None,
) -> None:
    """Make a key and print it; it cannot be shown again. The clinic is told by mail."""
    with database() as opened, opened.unit_of_work() as session:
        by_id(session.connection(), clinic_id, public=False)
        row, key = service.issue_another(
            session, clinic_id, label=label, scopes=scope or [Scope.WRITE], now=now()
        )
    out.print(f"Key id: {row.id}")
    out.print(f"Staff key, shown only now: {key}")


@app.command("list")
def list_keys(clinic_id: ClinicId) -> None:
    """List a clinic's keys, without the keys themselves."""
    # To be copied whole, whatever the width of the screen; a pipe counts as 80 columns.
    key_id = Column("Key id", no_wrap=True, min_width=36)
    table = Table(key_id, "Label", "Scopes", "Made", "Expires", "Revoked")
    with database() as opened, opened.reading() as session:
        for key in service.of_clinic(session, clinic_id):
            days = map(_day, (key.created_at, key.expires_at, key.revoked_at))
            # Of the clinic's own making: neither marks for this program nor for the terminal.
            label = Text(plain(key.label))
            table.add_row(str(key.id), label, " ".join(key.scopes), *days)
    out.print(table)


@app.command()
def revoke(key_id: Annotated[UUID, typer.Argument(help="The key's id.")]) -> None:
    """Make a key useless at once. The clinic is told by mail."""
    with database() as opened, opened.unit_of_work() as session:
        service.revoke(session, key_id, now=now())
    out.print("Revoked.")
