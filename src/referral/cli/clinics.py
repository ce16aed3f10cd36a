"""Commands for the directory: import the provider file, let a clinic join."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from referral.cli.console import database, now, out, settings
from referral.clinics import nppes
from referral.clinics.hours import parse as parse_hours
from referral.clinics.providers import Provider, Reason
from referral.clinics.register import TAKINGS, Taking, known_npis, take, take_off
from referral.clinics.service import JOININGS, Joining
from referral.clinics.service import join as join_clinic
from referral.clinics.zips import ZipCentroids
from referral.db import Database
from referral.settings import Settings
from referral.staff.scopes import Scope
from referral.staff.service import issue
from referral.text import N_

app = typer.Typer(no_args_is_help=True, help="The directory of clinics.")
BATCH = 500
TAKEN_OFF = N_("%(count)s taken off, no longer active")
NEEDS_A_LOOK = N_("%(count)s no longer active but in use here, needs a look: %(npis)s")

OTHER_KEY = N_("It keeps its keys. To make another: referral keys create %(id)s --scope admin")


@dataclass(slots=True)
class _Tally:
    """What the reading has shown so far; of the millions it passes, only known NPIs are kept."""

    known: set[str]
    gone: set[str] = field(default_factory=set)
    taken: Counter[Taking] = field(default_factory=Counter)
    left: Counter[Reason] = field(default_factory=Counter)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="npidata_pfile_….csv")],
) -> None:
    """Take the chiropractors of an NPPES provider file in, and those who no longer are one out."""
    with _database() as (chosen, target):
        zips = ZipCentroids.load(chosen.data_dir / "zip_centroids.csv")
        with target.reading() as session:
            tally = _Tally(known_npis(session))
        _take(file, target, zips, tally)
        _report(tally)
        _take_off(target, sorted(tally.gone))


@app.command()
def join(
    npi: Annotated[str, typer.Argument(help="The clinic's NPI, ten digits.")],
    email: Annotated[str, typer.Option(help="Where the clinic reads its mail.")],
    *,
    timezone: Annotated[
        str | None, typer.Option(help="Such as America/Denver; else that of its ZIP code.")
    ] = None,
    hours: Annotated[
        str,
        typer.Option(help='Such as "mo-th 09:00-17:00; fr 09:00-12:00"; else Monday to Friday.'),
    ] = "",
    closed_on: Annotated[
        list[datetime] | None,
        typer.Option(formats=["%Y-%m-%d"], help="A day it stays closed; may be given again."),
    ] = None,
    holidays: Annotated[
        bool | None, typer.Option("--holidays/--no-holidays", help="Closed on federal holidays.")
    ] = None,
) -> None:
    """Let a listed clinic receive requests, and print its staff key once.

    Again, it changes the details that differ, and makes no other key.
    """
    with _database() as (_, target), target.unit_of_work() as session:
        clinic, joining = join_clinic(
            session,
            npi,
            email=email,
            timezone=timezone,
            week=parse_hours(hours),
            closed_on=[day.date() for day in closed_on or ()],
            keeps_holidays=holidays,
            now=now(),
        )
        made = None
        if joining is Joining.NEW:
            made = issue(session, clinic.id, label="first key", scopes=[Scope.ADMIN], now=now())
    out.print(JOININGS[joining] % {"name": clinic.name, "id": clinic.id})
    if made is None:
        out.print(OTHER_KEY % {"id": clinic.id})
        return
    row, key = made
    out.print(f"Key id: {row.id}")
    out.print(f"Staff key, shown only now: {key}")


@contextmanager
def _database() -> Iterator[tuple[Settings, Database]]:
    """Yield the settings and their database, and close its connections after that."""
    chosen = settings()
    with database(chosen) as target:
        yield chosen, target


def _take(file: Path, target: Database, zips: ZipCentroids, tally: _Tally) -> None:
    """Take the providers of `file` in, a batch at a time."""
    with (
        Progress(console=out) as progress,
        file.open("rb") as raw,
        TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="") as lines,
    ):
        bar = progress.add_task("Reading", total=file.stat().st_size)
        providers = _providers(nppes.read(lines), tally)
        while batch := list(islice(providers, BATCH)):
            with target.unit_of_work() as session:
                tally.taken += take(session, batch, zips=zips, now=now())
            progress.update(bar, completed=raw.tell())
        progress.update(bar, completed=file.stat().st_size)


def _providers(outcomes: Iterable[nppes.Outcome], tally: _Tally) -> Iterator[Provider]:
    """Yield the providers; note why the other records gave none, and which known NPIs are gone."""
    for outcome in outcomes:
        if isinstance(outcome, nppes.Taken):
            # The last record of an NPI decides.
            tally.known.add(outcome.provider.npi)
            tally.gone.discard(outcome.provider.npi)
            yield outcome.provider
            continue
        tally.left[outcome.reason] += 1
        if isinstance(outcome, nppes.Refused):
            out.print(f"line {outcome.line}: {outcome.reason.label}")
        elif outcome.npi in tally.known:
            tally.gone.add(outcome.npi)


def _take_off(target: Database, npis: list[str]) -> None:
    """Take the clinics that are gone out of the directory, and say which ones must stay."""
    count, staying = 0, []
    for start in range(0, len(npis), BATCH):
        with target.unit_of_work() as session:
            went, stay = take_off(session, npis[start : start + BATCH])
        count += len(went)
        staying += stay
    out.print(TAKEN_OFF % {"count": count})
    if staying:
        out.print(NEEDS_A_LOOK % {"count": len(staying), "npis": ", ".join(staying)})


def _report(tally: _Tally) -> None:
    table = Table("What became of the records", "Records")
    for taking, words in TAKINGS.items():
        table.add_row(words, str(tally.taken[taking]))
    for reason, count in tally.left.most_common():
        table.add_row(f"Left out: {reason.label}", str(count))
    out.print(table)
