"""Opening one request, which the person is told of."""

from itertools import islice
from typing import Annotated

import typer

from referral.appointments.representations import RequestDetail
from referral.appointments.states import Action
from referral.cli import tables
from referral.cli.colleagues import name_of
from referral.cli.desk import AsJson, Desk, Request, at_desk, console, write_json
from referral.client.errors import ConflictError, StaleError

# The rest has a command of its own.
NOTES = 5
Peek = Annotated[bool, typer.Option("--peek", help="Only look, and tell nobody.")]


def show(request: Request, *, peek: Peek = False, as_json: AsJson = False) -> None:
    """Open a request whole; the person is told that you have seen it, unless you only --peek."""
    with at_desk() as desk:
        found = desk.find(request)
        if not peek and Action.RECEIVE in found.available_actions:
            found = _received(desk, found)
        if as_json:
            write_json(found)
        else:
            notes = [*islice(desk.client.notes(found.id, limit=NOTES + 1), NOTES + 1)]
            given_to = name_of(desk, found.assignee)
            table = tables.whole(found, desk.zone, notes, most=NOTES, given_to=given_to)
            console().print(table)


def _received(desk: Desk, found: RequestDetail) -> RequestDetail:
    try:
        return desk.client.receive(found)
    except (ConflictError, StaleError):
        # A colleague was quicker: what they made of it is what there is to see.
        return desk.client.get(found.id)
