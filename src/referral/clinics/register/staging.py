"""Keeps what an import finds until all is read, so that an interrupted one goes on where it was."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, delete, select

from referral.clinics.models import Clinic
from referral.clinics.register.models import ImportRun, RegisterEntry, Staged
from referral.clinics.register.nppes import Found
from referral.clinics.register.records import Mark
from referral.clinics.register.sources import Source
from referral.db import table_of
from referral.errors import ConflictError
from referral.spelled import insert
from referral.text import N_

BATCH = 500


def begin(session: Session, sources: Sequence[Source], *, now: datetime) -> ImportRun:
    """Return the unfinished run over the same files, or a new one.

    What a run over other files has left unfinished is dropped; if that is still going, it stops.
    """
    fingerprint = hashlib.sha256("\n".join(s.fingerprint for s in sources).encode()).hexdigest()
    for run in session.exec(select(ImportRun).where(col(ImportRun.finished_at).is_(None))):
        if run.fingerprint == fingerprint:
            return run
        session.delete(run)
    session.execute(delete(Staged))
    run = ImportRun(
        fingerprint=fingerprint,
        kinds=[source.layout.kind for source in sources],
        started_at=now,
        offset=sources[0].start.offset,
        line=sources[0].start.line,
    )
    session.add(run)
    return run


def known_npis(session: Session) -> set[bytes]:
    """Return every NPI that the directory holds, or that this run has found."""
    columns = (RegisterEntry.npi, Clinic.npi, Staged.npi)
    return {npi.encode() for column in columns for npi in session.exec(select(column)) if npi}


def stage(session: Session, found: Sequence[Found]) -> None:
    """Store what was found; of several records of one thing, the last one decides."""
    rows = {
        (one.npi, one.kind, one.key): {
            "npi": one.npi,
            "kind": one.kind,
            "key": one.key,
            "facts": one.facts,
        }
        for one in found
    }
    if not rows:
        return
    statement = insert(table_of(Staged), session.get_bind().dialect.name)
    keys = ["npi", "kind", "key"]
    latest = {"facts": statement.excluded.facts}
    session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=latest), [*rows.values()]
    )


def batches(session: Session) -> Iterator[dict[str, list[Staged]]]:
    """Yield what is staged for some NPIs at a time, in their order."""
    last = ""
    while True:
        following = select(Staged.npi).where(col(Staged.npi) > last).distinct()
        npis = session.exec(following.order_by(col(Staged.npi)).limit(BATCH)).all()
        if not npis:
            return
        last = npis[-1]
        rows: dict[str, list[Staged]] = {npi: [] for npi in npis}
        for row in session.exec(select(Staged).where(col(Staged.npi).in_(npis))):
            rows[row.npi].append(row)
        yield rows


def advance(
    session: Session,
    run: ImportRun,
    mark: Mark,
    *,
    source: int | None = None,
    counted: Counter[str] | None = None,
) -> ImportRun:
    """Note how far the run has come, and return it so; ConflictError if another has begun."""
    values = {
        "source": run.source if source is None else source,
        "offset": mark.offset,
        "line": mark.line,
        "tally": dict(Counter(run.tally) + (counted or Counter())),
    }
    _as_it_was(session, run, values)
    return run.model_copy(update=values)


def finish(session: Session, run: ImportRun, counted: Counter[str], *, now: datetime) -> None:
    """Note that all of it is in the directory; ConflictError as above."""
    session.execute(delete(Staged))
    tally = dict(Counter(run.tally) + counted)
    _as_it_was(session, run, {"finished_at": now, "tally": tally})


def _as_it_was(session: Session, run: ImportRun, values: Mapping[str, object]) -> None:
    """Change the run's row if nobody else has."""
    unchanged = update(ImportRun).where(
        col(ImportRun.id) == run.id,
        col(ImportRun.source) == run.source,
        col(ImportRun.offset) == run.offset,
        col(ImportRun.finished_at).is_(None),
    )
    done = cast("CursorResult[object]", session.execute(unchanged.values(**values)))
    if done.rowcount != 1:
        raise ConflictError(N_("Another import has begun in the meantime. This one stops."))
