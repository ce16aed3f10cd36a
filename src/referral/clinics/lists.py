"""Opens a list of clinics that is not the national register, and says which form it has."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from referral.clinics import hsds_reading, json_records
from referral.clinics.entries import Bearings, Read
from referral.clinics.reasons import Reason

HEAD = 4096
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


class Form(NamedTuple):
    """One form of lists: its name, and what reads it."""

    name: str
    read: Callable[[Path, Wanted, str], Iterator[Numbered]]


def recognize(path: Path) -> Form | None:
    """Return the form of a list by how it begins; None where it is none."""
    with path.open("rb") as file:
        head = file.read(HEAD).removeprefix(BYTE_ORDER_MARK).lstrip()
    return HSDS if head.startswith((b"{", b"[")) else None


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


HSDS = Form("hsds", _services)
