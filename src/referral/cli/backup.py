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
    folder: Annotated[
        Path | None, typer.Argument(help="Where the files go; else REFERRAL_BACKUP_DIR.")
    ] = None,
    *,
    keys_only: Annotated[
        bool, typer.Option("--keys-only", help="Renew the keys of all backups there, no more.")
    ] = False,
) -> None:
    """Write a sealed backup while the service runs: the data, and their keys anew."""
    chosen = settings()
    there = folder or chosen.backup_dir
    if there is None:
        raise typer.BadParameter("Name a folder, here or in REFERRAL_BACKUP_DIR.")
    with _told(), database(chosen) as opened:
        parts = opened, Vault(chosen.ring), there
        if keys_only:
            saving.renew(*parts, clock=now)
        else:
            out.print(f"Written: {saving.save(*parts, clock=now)}")
    out.print(f"Written anew: {there / saving.KEYS}. Keep no older copy of it.")


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
    except (BackupError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
