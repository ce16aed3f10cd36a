"""The command line: `referral` and its subcommands, each loaded when it is called."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from referral.errors import InvalidError, ReferralError


class Place(NamedTuple):
    """Where a command is, as `module:name` inside this package, and what the list says of it."""

    at: str
    says: str


# A module brings the server, or the tables' library, or neither: only what is called is loaded.
COMMANDS: Mapping[str, Place] = {
    "login": Place("account:login", "Keep the address of a service and the key of your clinic."),
    "inbox": Place("inbox:inbox", "List your clinic's requests; with --watch, as they change."),
    "find": Place("find:find", "Find a person's requests by e-mail address or phone number."),
    "show": Place("show:show", "Open a request, which tells the person that you have seen it."),
    "offer": Place("answers:offer", "Hold one to five times for the person to choose from."),
    "book": Place("answers:book", "Book a time inside a window that the person gave."),
    "decline": Place("answers:decline", "Say no, why, and what the person can do next."),
    "move": Place("answers:move", "Make any other move that is possible now."),
    "assign": Place("assign:assign", "Give a request to a key of your clinic, to me or to nobody."),
    "note": Place("notes:note", "Keep a note on a request for your colleagues."),
    "notes": Place("notes:notes", "List all notes on a request."),
    "export": Place("export:export", "Write your clinic's requests as one file."),
    "serve": Place("server:serve", "Serve the pages and the API."),
    "worker": Place("server:worker", "Do the work that happens by itself, until interrupted."),
    "migrate": Place("server:migrate", "Bring the database to the newest schema."),
    "health": Place("health:health", "Exit with 0 if the service answers."),
    "doctor": Place("doctor:doctor", "Check all that the service needs; say how to mend it."),
    "backup": Place("backup:backup", "Write a sealed backup while the service runs."),
    "restore": Place("backup:restore", "Bring a backup into an empty database."),
    "keyring": Place("ring:keyring", "Print a fresh key ring for REFERRAL_KEYS."),
    "rotate": Place("ring:rotate", "Turn to the first key of the ring while the service runs."),
    "clinics": Place("clinics:app", "The directory of clinics."),
    "keys": Place("keys:app", "Staff keys, each bound to one clinic."),
    "outbox": Place("outbox:app", "Notices: waiting, sent, dead."),
    "maintenance": Place("maintenance:app", "Close the service for a while; a page for a proxy."),
    "record": Place("record:app", "The record of every change and every read: verify it."),
}


class _Commands(TyperGroup):
    """Lists its commands by their names, and loads the one that is called."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - as Typer makes its groups
        super().__init__(**options)
        for name, place in COMMANDS.items():
            self.add_command(TyperCommand(name, help=place.says))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - Typer's private types
        """Return the name that was called, its command and the rest."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, name and command(name), rest


app = typer.Typer(cls=_Commands, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


@app.callback()
def _referral() -> None:
    pass


def command(name: str) -> Any:  # noqa: ANN401 - Typer's private types
    """Load the command or the group of commands called `name`."""
    module, _, attribute = COMMANDS[name].at.partition(":")
    found = getattr(import_module(f"referral.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        return get_group(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return get_command(alone)


def main() -> None:
    """Run a command; an error of ours is a sentence for each thing wrong, and exit code 1."""
    try:
        app()
    except ReferralError as error:
        problems = error.problems if isinstance(error, InvalidError) else [error]
        for problem in problems:
            typer.echo(problem.detail, err=True)
        raise SystemExit(1) from error
