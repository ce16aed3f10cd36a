"""The command that imports the national register, with its progress and its report, or a list."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from referral.cli.console import database, now, out, settings
from referral.cli.exchange import EveryService, ListSource, ListTimezone, import_list
from referral.cli.reports import TAKEN_OFF, summary
from referral.clinics.exchange import lists
from referral.clinics.exchange.entries import Bearings
from referral.clinics.exchange.lists import Wanted
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.register import nppes, sources, staging
from referral.clinics.register.absorbing import TAKINGS
from referral.clinics.register.importing import Published, publish
from referral.clinics.register.models import ImportRun
from referral.clinics.register.nppes import Found, Refused
from referral.clinics.register.records import Mark
from referral.clinics.register.sources import Source
from referral.db import Database
from referral.text import N_

NEEDS_A_LOOK = N_("%(count)s no longer active but in use here, needs a look: %(npis)s")
GOING_ON = N_("Going on where an earlier import of the same files was interrupted.")


def import_files(
    files: Annotated[
        list[Path],
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="NPPES zip files, or npidata_pfile_….csv and others; or lists of clinics.",
        ),
    ],
    *,
    source: ListSource = None,
    timezone: ListTimezone = "",
    every_service: EveryService = False,
) -> None:
    """Bring the directory up to NPPES files, or to lists: all that is in them, or nothing.

    Interrupted, the same command goes on where it was; again changes nothing. Lists of clinics in
    other forms (HSDS 3 as JSON, or CSV) are known by how they begin, and taken one by one.
    """
    chosen = settings()
    zips = ZipCentroids.load(chosen.data_dir / "zip_centroids.csv")
    wanted = Wanted(Bearings(zips, timezone), source, every_service=every_service)
    forms = {path: lists.recognize(path) for path in files}
    with database(chosen) as target:
        for path, form in forms.items():
            if form is not None:
                import_list(path, form, wanted, target)
        if register := [path for path, form in forms.items() if form is None]:
            _import_register(register, target, zips)


def _import_register(files: Sequence[Path], target: Database, zips: ZipCentroids) -> None:
    found = sources.find(files)
    with target.unit_of_work() as session:
        run = staging.begin(session, found, now=now())
        known = staging.known_npis(session)
    if run.source or run.offset > found[0].start.offset:
        out.print(GOING_ON)
    for index in range(run.source, len(found)):
        run = _read(found[index], run, target, known=known, zips=zips)
        following = found[index + 1].start if index + 1 < len(found) else Mark(0, 0)
        with target.unit_of_work() as session:
            run = staging.advance(session, run, following, source=index + 1)
    _report(run.tally, _publish(run, target, zips))


def _read(
    source: Source, run: ImportRun, target: Database, *, known: set[bytes], zips: ZipCentroids
) -> ImportRun:
    """Stage what one file holds, a stretch at a time, and return the run as it is then."""
    start = Mark(run.offset, run.line)
    with _bar(DownloadColumn(), TransferSpeedColumn()) as progress, sources.undamaged(source.name):
        bar = progress.add_task(source.name, total=source.size, completed=start.offset)
        with source.open(start) as stream:
            outcomes = nppes.read(stream, source.layout, start, known=known, zips=zips)
            for stretch in _stretches(outcomes, source.name, known):
                with target.unit_of_work() as session:
                    staging.stage(session, stretch.found)
                    run = staging.advance(session, run, stretch.end, counted=stretch.counted)
                progress.update(bar, completed=stretch.end.offset)
        progress.update(bar, completed=source.size)
    return run


@dataclass(slots=True)
class _Stretch:
    """What a part of a file holds: what was found, how many gave nothing and why, where it ends."""

    end: Mark
    found: list[Found] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)


def _stretches(
    outcomes: Iterable[nppes.Outcome], name: str, known: set[bytes]
) -> Iterator[_Stretch]:
    """Gather outcomes up to each mark; name the lines that are refused."""
    stretch = _Stretch(Mark(0, 0))
    for outcome in outcomes:
        if isinstance(outcome, Mark):
            stretch.counted.update({r.code: count for r, count in outcome.passed.items()})
            stretch.end = outcome
            yield stretch
            stretch = _Stretch(outcome)
        elif isinstance(outcome, Refused):
            stretch.counted[outcome.reason.code] += 1
            out.print(f"{name}, line {outcome.line}: {outcome.reason.label}", markup=False)
        else:
            known.add(outcome.npi.encode())
            stretch.found.append(outcome)
            if outcome.reason is not None:
                stretch.counted[outcome.reason.code] += 1


def _publish(run: ImportRun, target: Database, zips: ZipCentroids) -> Published:
    with _bar(MofNCompleteColumn()) as progress, target.unit_of_work() as session:
        bar = progress.add_task("Addresses", total=None)
        return publish(
            session,
            run,
            zips=zips,
            now=now(),
            told=lambda done, total: progress.update(bar, completed=done, total=total),
        )


def _bar(*columns: ProgressColumn) -> Progress:
    text = TextColumn("{task.description}", markup=False)
    return Progress(text, BarColumn(), *columns, TimeRemainingColumn(), console=out)


def _report(tally: Mapping[str, int], published: Published) -> None:
    became = {words: published.takings[taking] for taking, words in TAKINGS.items()}
    out.print(summary(became, tally))
    say_who_has_gone(published)


def say_who_has_gone(published: Published) -> None:
    """Print how many clinics were taken off, and which of those that are in use need a look."""
    out.print(TAKEN_OFF % {"count": published.taken_off})
    if published.staying:
        npis = ", ".join(published.staying)
        out.print(NEEDS_A_LOOK % {"count": len(published.staying), "npis": npis})
