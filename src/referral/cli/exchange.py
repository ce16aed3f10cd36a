"""Lists of clinics that come from other directories, and the one that goes out to them."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import typer

from referral.cli import exits
from referral.cli.console import database, now, out, settings
from referral.cli.reports import TAKEN_OFF, summary, why
from referral.client.files import written_whole
from referral.clinics.exchange import exporting, hsds, listing
from referral.clinics.exchange.entries import Bearings, Entry
from referral.clinics.exchange.lists import Form, Numbered, Wanted
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.register.reasons import SKIPS, Reason
from referral.db import Database
from referral.text import N_

STAYING = N_("%(count)s no longer offered but in use here, needs a look: %(ids)s")
BATCH = 500
STANDARD_OUTPUT = Path("-")

ListSource = Annotated[
    str | None,
    typer.Option("--source", help="What a list is called where people see it, up to 20 letters."),
]
ListTimezone = Annotated[
    str, typer.Option(help="Of a list: the time zone of clinics that name none.")
]
EveryService = Annotated[
    bool,
    typer.Option("--every-service", help="Of HSDS: also services not marked as chiropractic."),
]


def export(
    file: Annotated[Path, typer.Argument(allow_dash=True, help="Where to; - is standard output.")],
    *,
    form: Annotated[Literal["hsds"], typer.Option("--format", help="HSDS 3, as JSON.")] = "hsds",  # noqa: ARG001 - the only one so far
) -> None:
    """Write the public part of the directory as one file for other directories."""
    chosen = settings()
    bearings = Bearings(ZipCentroids.load(chosen.data_dir / "zip_centroids.csv"))
    with database(chosen) as target, target.reading() as session:
        pieces = hsds.page(exporting.entries(session, bearings), exporting.count(session))
        if file == STANDARD_OUTPUT:
            sys.stdout.buffer.writelines(pieces)
            return
        try:
            with written_whole(file) as whole:
                whole.writelines(pieces)
        except OSError as error:
            exits.leave(exits.USAGE, f"{file}: {error.strerror}.")


@dataclass(slots=True)
class _Tally:
    """What an import has met: reasons by code, ids, and the ids of clinics that are no more."""

    reasons: Counter[str] = field(default_factory=Counter)
    seen: set[UUID] = field(default_factory=set)
    gone: set[UUID] = field(default_factory=set)


def import_list(path: Path, form: Form, wanted: Wanted, target: Database) -> None:
    """Take the clinics of a list, all in one transaction, and say what became of its records."""
    source = wanted.source or form.name
    tally, became = _Tally(), Counter[str]()
    with target.unit_of_work() as session:
        entries = _entries(form.read(path, wanted, source), path.name, tally)
        while some := list(islice(entries, BATCH)):
            became += listing.take(session, some, source=source, now=now())
        taken_off, staying = listing.end(session, tally.gone, source=source)
    rows = {words: became[taking] for taking, words in listing.TAKINGS.items()}
    out.print(summary(rows, tally.reasons))
    out.print(TAKEN_OFF % {"count": taken_off})
    if staying:
        out.print(STAYING % {"count": len(staying), "ids": ", ".join(staying)}, markup=False)


def _entries(found: Iterable[Numbered], name: str, tally: _Tally) -> Iterator[Entry]:
    """Yield the clinics of a list, each id once; count and name what gave nothing."""
    for place, read in found:
        reasons, entry = read.reasons, read.entry
        if entry is not None and entry.id in tally.seen:
            reasons, entry = (Reason.TWICE,), None
        tally.gone.update(read.gone)
        for reason in reasons:
            tally.reasons[reason.code] += 1
            if reason not in SKIPS:
                out.print(f"{name}, {place}: {why(reason)}", markup=False)
        if entry is not None:
            tally.seen.add(entry.id)
            yield entry
