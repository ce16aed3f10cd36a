"""Closing the service for a while, and the page for a proxy when nothing of it runs."""

from datetime import timedelta
from typing import Annotated

import typer

from referral.cli.console import now, settings
from referral.web.html import Html
from referral.web.maintenance import Sign

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command("on")
def close(
    minutes: Annotated[
        int | None, typer.Option(help="How long it may take; people are told.", min=1)
    ] = None,
) -> None:
    """Close the service: pages and API answer 503 until `off`, in all processes of this machine."""
    until = now() + timedelta(minutes=minutes) if minutes else None
    Sign(settings().maintenance_file).put_up(until=until)
    typer.echo("Closed. `referral maintenance off` opens it again.")


@app.command("off")
def reopen() -> None:
    """Open the service again."""
    Sign(settings().maintenance_file).take_down()
    typer.echo("Open.")


@app.command("page")
def page() -> None:
    """Print a page that needs nothing else, for a proxy where the service does not answer."""
    typer.echo(Html(settings()).outage(is_alone=True))
