"""Finding the requests of a person who calls or writes."""

from typing import Annotated

import typer

from referral.cli.desk import AsJson, at_desk, given
from referral.cli.inbox import Limit, tell

Contact = Annotated[
    str | None,
    typer.Argument(
        metavar="[CONTACT]",
        help="A whole e-mail address or phone number. Left out, it is asked for, or piped in.",
    ),
]


def find(contact: Contact = None, *, limit: Limit = None, as_json: AsJson = False) -> None:
    """Find the requests of a person by how they are reached, also those that have ended."""
    with at_desk() as desk:
        rows = desk.client.search(given(contact, "E-mail address or phone number").strip())
        tell(desk, rows, limit, as_json=as_json)
