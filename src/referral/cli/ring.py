"""Commands for the key ring: make one, add a key to it, and turn to that while the service runs."""

from typing import Annotated

import typer

from referral.cli.console import database, now, out, settings
from referral.doctor.rings import WHEN, count_by_ring_key, is_needed
from referral.retired import vault_of
from referral.rotation import rotate as turn
from referral.settings import new_ring


def keyring(
    *,
    add: Annotated[
        bool, typer.Option("--add", help="Print REFERRAL_KEYS with a new key in front.")
    ] = False,
) -> None:
    """Print a fresh key ring for REFERRAL_KEYS. Keep it: without it, nothing can be read."""
    typer.echo(new_ring(settings().keys.get_secret_value() if add else ""))


def rotate() -> None:
    """Let the first key of the ring wrap what older ones do, and say which of those may go.

    The service goes on; all its processes must have the new ring already. Run it again whenever it
    was stopped. Exits with 1 while an older key is still needed.
    """
    chosen = settings()
    with database(chosen) as opened:
        for table, rows in turn(opened, vault_of(chosen, opened), now=now()):
            out.print(f"{table}: {rows:,}")
        vault = vault_of(chosen, opened)
        with opened.reading() as session:
            counted = count_by_ring_key(session, vault)
        first, *older = vault.names
        needed = {name: is_needed(vault, name, counted.get(name, 0)) for name in older}
    out.print(f"{first} wraps {counted.get(first, 0):,} row keys now.")
    for name, still in needed.items():
        may = "is still needed: run this again" if still else f"can be taken out {WHEN}"
        out.print(f"{name} {may}.")
    raise typer.Exit(any(needed.values()))
