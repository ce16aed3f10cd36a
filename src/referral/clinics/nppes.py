"""Reads chiropractors out of the NPPES provider file, one record at a time (pure).

The national file holds over 9 million records in 9 GB, 12 in a thousand of them chiropractors, so
`read` decides by the specialty codes alone and builds a `Provider` only for those it takes. Open
the file with `encoding="utf-8-sig", errors="replace", newline=""`.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from referral.clinics.casing import one_line
from referral.clinics.providers import CHIROPRACTIC, COLUMNS, Provider, Reason, judge
from referral.errors import InvalidError, Problem
from referral.text import N_

if TYPE_CHECKING:
    from _csv import Reader

_SKIPS = frozenset([Reason.NOT_CHIROPRACTOR, Reason.DEACTIVATED, Reason.OUTSIDE_US])


@dataclass(frozen=True, slots=True)
class Taken:
    """A record that gave a provider. Records count from 1; `line` is the file line it ends on."""

    record: int
    line: int
    provider: Provider


@dataclass(frozen=True, slots=True)
class Skipped:
    """A sound record that is not for the directory; with its NPI, so that a known one can go."""

    record: int
    line: int
    reason: Reason
    npi: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that should have given a provider but cannot be trusted."""

    record: int
    line: int
    reason: Reason


Outcome = Taken | Skipped | Refused


def read(lines: Iterable[str]) -> Iterator[Outcome]:
    """Return one outcome for each record, in the order of the file and in flat memory.

    A record that is not an active chiropractor in the US is skipped, a broken one refused; neither
    stops the reading. Raises InvalidError at `header` for each needed column that is missing
    (`header-missing`), before anything is read.
    """
    rows = csv.reader(lines)
    header = next(_rows(rows), None) or []
    _require_columns(header)
    return _outcomes(rows, header)


def _require_columns(header: Sequence[str]) -> None:
    missing = [name for name in COLUMNS.values() if name not in header]
    if missing:
        detail = N_("The file has no column named %(name)s.")
        raise InvalidError([
            Problem(("header", name), "header-missing", detail % {"name": name}) for name in missing
        ])  # fmt: skip


def _outcomes(rows: "Reader", header: Sequence[str]) -> Iterator[Outcome]:
    columns = {name: header.index(title) for name, title in COLUMNS.items()}
    specialties = itemgetter(*(columns[name] for name in columns if name.startswith("taxonomy_")))
    npi, deactivated = columns["npi"], columns["deactivated"]
    for record, row in enumerate(_rows(rows), start=1):
        if row is None:
            yield Refused(record, rows.line_num, Reason.NOT_CSV)
        elif not row:
            yield Skipped(record, rows.line_num, Reason.BLANK, "")
        elif len(row) != len(header):
            yield Refused(record, rows.line_num, Reason.COLUMN_COUNT)
        elif CHIROPRACTIC not in "".join(specialties(row)) and not row[deactivated]:
            # 95 in 100 records end here, before anything is built for them.
            yield Skipped(record, rows.line_num, Reason.NOT_CHIROPRACTOR, row[npi])
        else:
            fields = {name: one_line(row[column]) for name, column in columns.items()}
            yield _outcome(fields, record, rows.line_num)


def _rows(rows: "Reader") -> Iterator[list[str] | None]:
    """Yield each record, or None for one that csv cannot read; csv goes on with the next line."""
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield None


def _outcome(fields: Mapping[str, str], record: int, line: int) -> Outcome:
    verdict = judge(fields)
    if isinstance(verdict, Provider):
        return Taken(record, line, verdict)
    if verdict in _SKIPS:
        return Skipped(record, line, verdict, fields["npi"])
    return Refused(record, line, verdict)
