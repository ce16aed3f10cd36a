"""Commands for the directory: import the provider file, let a clinic join."""

from collections import Counter
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from referral.cli.console import database, now, out, settings
from referral.clinics import nppes
from referral.clinics.providers import Provider, Reason
from referral.clinics.register import TAKINGS, Taking, take
from referral.clinics.service import join as join_clinic
from referral.clinics.zips import ZipCentroids
from referral.staff.models import Scope
from referral.staff.service import issue

app = typer.Typer(no_args_is_help=True, help="The directory of clinics.")
BATCH = 500


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="npidata_pfile_….csv")],
) -> None:
    """Take the chiropractors of an NPPES provider file into the directory."""
    chosen = settings()
    zips = ZipCentroids.load(chosen.data_dir / "zip_centroids.csv")
    target = database(chosen)
    taken: Counter[Taking] = Counter()
    left: Counter[Reason] = Counter()
    with (
        Progress(console=out) as progress,
        file.open("rb") as raw,
        TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="") as lines,
    ):
        bar = progress.add_task("Reading", total=file.stat().st_size)
        providers = _providers(nppes.read(lines), left)
        while batch := list(islice(providers, BATCH)):
            with target.unit_of_work() as session:
                taken += take(session, batch, zips=zips, now=now())
            progress.update(bar, completed=raw.tell())
        progress.update(bar, completed=file.stat().st_size)
    _report(taken, left)


@app.command()
def join(
    npi: Annotated[str, typer.Argument(help="The clinic's NPI, ten digits.")],
    email: Annotated[str, typer.Option(help="Where the clinic reads its mail.")],
    timezone: Annotated[
        str | None, typer.Option(help="Such as America/Denver; else that of its ZIP code.")
    ] = None,
) -> None:
    """Let a listed clinic receive requests, and print its staff key once."""
    with database().unit_of_work() as session:
        clinic = join_clinic(session, npi, email=email, timezone=timezone, now=now())
        _, key = issue(session, clinic.id, label="first key", scopes=[Scope.ADMIN], now=now())
    out.print(f"{clinic.name} has joined. Clinic id: {clinic.id}")
    out.print(f"Staff key, shown only now: {key}")


def _providers(outcomes: Iterable[nppes.Outcome], left: Counter[Reason]) -> Iterator[Provider]:
    """Yield the providers and count, in `left`, why the other records gave none."""
    for outcome in outcomes:
        if isinstance(outcome, nppes.Taken):
            yield outcome.provider
            continue
        left[outcome.reason] += 1
        if isinstance(outcome, nppes.Refused):
            out.print(f"line {outcome.line}: {outcome.reason.label}")


def _report(taken: Counter[Taking], left: Counter[Reason]) -> None:
    table = Table("What became of the records", "Records")
    for taking, words in TAKINGS.items():
        table.add_row(words, str(taken[taking]))
    for reason, count in left.most_common():
        table.add_row(f"Left out: {reason.label}", str(count))
    out.print(table)
