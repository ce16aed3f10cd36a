"""Commands for the directory: import the register, refresh one provider, let a clinic join."""

from datetime import datetime
from typing import Annotated

import typer

from referral.cli.console import database, now, out
from referral.cli.exchange import export
from referral.cli.importing import import_files
from referral.cli.refreshing import refresh
from referral.clinics.hours import parse as parse_hours
from referral.clinics.service import JOININGS, Joining
from referral.clinics.service import join as join_clinic
from referral.staff.scopes import Scope
from referral.staff.service import issue
from referral.text import N_

app = typer.Typer(no_args_is_help=True, help="The directory of clinics.")
OTHER_KEY = N_("It keeps its keys. To make another: referral keys create %(id)s --scope admin")


app.command("import")(import_files)
app.command()(refresh)
app.command()(export)


@app.command()
def join(
    npi: Annotated[str, typer.Argument(help="The clinic's NPI, ten digits, or its id.")],
    email: Annotated[str, typer.Option(help="Where the clinic reads its mail.")],
    *,
    timezone: Annotated[
        str | None, typer.Option(help="Such as America/Denver; else that of its ZIP code.")
    ] = None,
    hours: Annotated[
        str,
        typer.Option(help='Such as "mo-th 09:00-17:00; fr 09:00-12:00"; else Monday to Friday.'),
    ] = "",
    closed_on: Annotated[
        list[datetime] | None,
        typer.Option(formats=["%Y-%m-%d"], help="A day it stays closed; may be given again."),
    ] = None,
    holidays: Annotated[
        bool | None, typer.Option("--holidays/--no-holidays", help="Closed on federal holidays.")
    ] = None,
) -> None:
    """Let a listed clinic receive requests, and print its staff key once.

    Again, it changes the details that differ, and makes no other key.
    """
    with database() as target, target.unit_of_work() as session:
        clinic, joining = join_clinic(
            session,
            npi,
            email=email,
            timezone=timezone,
            week=parse_hours(hours),
            closed_on=[day.date() for day in closed_on or ()],
            keeps_holidays=holidays,
            now=now(),
        )
        made = None
        if joining is Joining.NEW:
            made = issue(session, clinic.id, label="first key", scopes=[Scope.ADMIN], now=now())
    out.print(JOININGS[joining] % {"name": clinic.name, "id": clinic.id})
    if made is None:
        out.print(OTHER_KEY % {"id": clinic.id})
        return
    row, key = made
    out.print(f"Key id: {row.id}")
    out.print(f"Staff key, shown only now: {key}")
