"""Commands for the directory: import the register, refresh a provider, join, leave, export."""

from datetime import datetime
from typing import Annotated, Any

import typer

from referral.cli.console import database, now, out
from referral.cli.exchange import export
from referral.cli.importing import import_files
from referral.cli.inviting import Clinic, invitations, invite
from referral.cli.refreshing import refresh
from referral.clinics.hours import parse as parse_hours
from referral.clinics.hours import to_json
from referral.clinics.membership.joining import JOININGS, Joining, named
from referral.clinics.membership.joining import join as join_clinic
from referral.clinics.membership.schemas import checked
from referral.leaving.service import leave as leave_service
from referral.staff.scopes import Scope
from referral.staff.service import issue
from referral.text import N_

app = typer.Typer(no_args_is_help=True, help="The directory of clinics.")
OTHER_KEY = N_("It keeps its keys. To make another: referral keys create %(id)s --scope admin")

LEAVES = N_("%(name)s leaves. Nobody can send it a new request. Still open: %(count)s.")

app.command("import")(import_files)
app.command()(invite)
app.command()(invitations)
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
    given: dict[str, Any] = {"email": email}
    if timezone:
        given["timezone"] = timezone
    if hours:
        given["hours"] = to_json(parse_hours(hours))
    if closed_on:
        given["closed_on"] = [day.date().isoformat() for day in closed_on]
    if holidays is not None:
        given["keeps_holidays"] = holidays
    with database() as target, target.unit_of_work() as session:
        clinic = named(session, npi)
        joining = join_clinic(session, clinic, checked(given), now=now())
        made = None
        if joining is Joining.NEW:
            made = issue(session, clinic.id, label="first key", scopes=[Scope.ADMIN], now=now())
    out.print(JOININGS[joining] % {"name": clinic.name, "id": clinic.id}, markup=False)
    if made is None:
        out.print(OTHER_KEY % {"id": clinic.id})
        return
    row, key = made
    out.print(f"Key id: {row.id}")
    out.print(f"Staff key, shown only now: {key}")


@app.command()
def leave(clinic: Clinic) -> None:
    """Let a clinic leave: nobody can ask it from now on, and the worker lists it in the end."""
    with database() as target, target.unit_of_work() as session:
        found = named(session, clinic)
        left = leave_service(session, found.id, now=now())
    out.print(LEAVES % {"name": found.name, "count": left.open_requests}, markup=False)
