"""Giving a request to one of the clinic's keys, so that colleagues know whose it is."""

from typing import Annotated

import typer

from referral.cli.colleagues import ME, colleague
from referral.cli.desk import AsJson, Request, at_desk, plain, write_json

To = Annotated[
    str,
    typer.Argument(metavar="[KEY|me|nobody]", help="A key's name or id.", show_default="me"),
]


def assign(request: Request, to: To = ME, *, as_json: AsJson = False) -> None:
    """Give a request to a key of your clinic, to me or to nobody; the person is not told."""
    with at_desk() as desk:
        key = colleague(desk, to)
        after = desk.client.assign(desk.find(request), key.id if key else None)
        if as_json:
            write_json(after)
        else:
            typer.echo(f"{after.reference}: given to {plain(key.label) if key else 'nobody'}.")
