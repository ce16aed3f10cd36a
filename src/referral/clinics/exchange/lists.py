"""Opens a list of clinics that is not the national register, and says which form it has."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from referral.clinics.exchange import csv_lists, hsds_reading, json_records
from referral.clinics.exchange.entries import Bearings, Read
from referral.clinics.register.casing import one_line
from referral.clinics.register.reasons import Reason
from referral.clinics.wording import CLINIC
from referral.errors import InvalidError
from referral.text import N_

HEAD = 4096
LONGEST_SOURCE = 20
# What these say of facts would be wrong of a list.
RESERVED = frozenset({CLINIC, "nppes", "demo"})
WRONG_SOURCE = N_("Name the source in up to 20 letters, and not clinic, demo or nppes.")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Numbered(NamedTuple):
    """What one record gave, and which one of the file it is."""

    place: str
    read: Read


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a list is read: where places lie, and what the list is called, None: by its form.

    `every_service`: also services that are not marked as chiropractic.
    """

    bearings: Bearings
    source: str | None = None
    every_service: bool = False

    def __post_init__(self) -> None:
        name = self.source
        if name is not None and (
            name in RESERVED or name != one_line(name) or not 0 < len(name) <= LONGEST_SOURCE
        ):
            raise InvalidError.at("source", code="source", detail=WRONG_SOURCE)


class Form(NamedTuple):
    """One form of lists: its name, and what reads it."""

    name: str
    read: Callable[[Path, Wanted, str], Iterator[Numbered]]


def recognize(path: Path) -> Form | None:
    """Return the form of a list by how it begins; None where it is none.

    Raises InvalidError with one sentence for a CSV list of ours with a wrong column.
    """
    with path.open("rb") as file:
        head = file.read(HEAD).removeprefix(BYTE_ORDER_MARK).lstrip()
    if head.startswith((b"{", b"[")):
        return Form("hsds", _services)
    layout = csv_lists.recognize(head.partition(b"\n")[0].decode(errors="replace"))
    return layout and Form("csv", partial(_lines, layout))


def _lines(layout: csv_lists.Layout, path: Path, wanted: Wanted, source: str) -> Iterator[Numbered]:
    # Replaced letters are seen and refused, with the number of their line.
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        found = csv_lists.read(file, wanted.bearings, source=source, layout=layout)
        for number, read in found:
            yield Numbered(f"line {number}", read)


def _services(path: Path, wanted: Wanted, source: str) -> Iterator[Numbered]:
    with path.open("rb") as file:
        for number, record in enumerate(json_records.records(file), start=1):
            place = f"record {number}"
            if isinstance(record, Reason):
                yield Numbered(place, Read(None, (record,)))
                continue
            for read in hsds_reading.read(
                record, wanted.bearings, source=source, every_service=wanted.every_service
            ):
                yield Numbered(place, read)
