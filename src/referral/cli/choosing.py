"""Which requests a command is about: the options that choose them."""

from typing import Annotated, Any, Literal
from uuid import UUID

import typer

from referral.appointments.states import State
from referral.symptoms.levels import Level

SEVERAL = "May be given more than once."
Needs = Annotated[
    Literal["answer", "rebooking", "call"] | None, typer.Option(help="What waits for you.")
]
States = Annotated[list[State] | None, typer.Option(help=SEVERAL)]
Levels = Annotated[list[Level] | None, typer.Option(help=SEVERAL)]
Overdue = Annotated[bool, typer.Option("--overdue", help="Past their promised time.")]
Chiropractor = Annotated[UUID | None, typer.Option(help="A chiropractor's id.")]
Assignee = Annotated[
    str | None,
    typer.Option(help="The key that looks after them: its name or id, `me`, or `nobody`."),
]
Reference = Annotated[str | None, typer.Option(help="A request's reference.")]


def chosen(**options: object) -> Any:  # noqa: ANN401 - the filters of the client, by their names
    """Return the options that were given."""
    return {name: value for name, value in options.items() if value}
