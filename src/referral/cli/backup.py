"""Commands that write a backup and bring one back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from referral.backup import restoring, saving
from referral.backup.sealing import BackupError
from referral.cli.console import database, now, out, settings
from referral.vault import Vault


def backup(
    folder: Annotated[Path, typer.Argument(help="Where the files go; made if missing.")],
) -> None:
    """Write a sealed backup while the service runs: the data, and their keys anew."""
    chosen = settings()
    with _told(), database(chosen) as opened:
        file = saving.save(opened, Vault(chosen.ring), folder, now=now())
    out.print(f"Written: {file}")
    out.print(f"Written anew: {folder / saving.KEYS}. Keep no older copy of it.")


def restore(
    data: Annotated[Path, typer.Argument(help="The .data file.")],
    keys: Annotated[
        Path | None, typer.Option(help="The newest keys; without it, those beside the data.")
    ] = None,
) -> None:
    """Bring a backup into an empty database: all of it, or nothing."""
    chosen = settings()
    newest = keys or data.with_name(saving.KEYS)
    with _told(), database(chosen) as opened:
        counts = restoring.restore(opened, Vault(chosen.ring), data, newest)
    out.print(
        f"Restored {sum(counts.values())} rows, {counts['appointments']} requests among them."
    )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BackupError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
