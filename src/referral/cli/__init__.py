"""The command line: `referral` and its subcommands."""

import typer

from referral.cli import clinics, keys, outbox, server
from referral.errors import InvalidError, ReferralError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(clinics.app, name="clinics")
app.add_typer(keys.app, name="keys")
app.add_typer(outbox.app, name="outbox")
server.register(app)


def main() -> None:
    """Run a command; an error of ours is a sentence for each thing wrong, and exit code 1."""
    try:
        app()
    except ReferralError as error:
        problems = error.problems if isinstance(error, InvalidError) else [error]
        for problem in problems:
            typer.echo(problem.detail, err=True)
        raise SystemExit(1) from error
