"""A clinic's requests as one file, written a page at a time, so that its length costs no memory."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import Field
from sqlalchemy import Connection, select
from sqlmodel import col

from referral.appointments.desk import listing
from referral.appointments.desk.filters import Choice
from referral.appointments.desk.inbox import Desk
from referral.appointments.desk.places import Place
from referral.appointments.life.submission import PERSON
from referral.appointments.models import Appointment
from referral.appointments.representations import Contact, RequestRow
from referral.vault import Vault

PAGE = 1000
# Spreadsheets run what begins so as a formula (OWASP, "CSV Injection"), full-width signs too.
FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
# Without it, Excel takes UTF-8 for the code page of its country, and garbles names.
BYTE_ORDER_MARK = "\ufeff"

Json = dict[str, Any]


class Format(StrEnum):
    """How the file is written: a table (RFC 4180), or a JSON object in each line."""

    CSV = "csv"
    NDJSON = "ndjson"


class Include(StrEnum):
    """What may be added to the rows of the list."""

    PERSON = "person"


class Export(Choice):
    """Which requests of a clinic to export, how, and with what."""

    format: Format = Field(
        default=Format.CSV, description="a table, or an object in each line", examples=["csv"]
    )
    include: Include | None = Field(
        default=None, description="who asks, too; needs the scope `admin`", examples=["person"]
    )


class Part(NamedTuple):
    """A piece of the file, the place of its last row (None if no more can follow), ids as hex."""

    text: str
    last: Place | None
    ids: list[str]


def part(connection: Connection, wanted: Export, *, desk: Desk, after: Place | None) -> Part:
    """Return the piece of the file that follows a place; the first one begins with the header."""
    rows, last, ids = listing.rows(connection, wanted, desk=desk, after=after, limit=PAGE)
    if wanted.format is Format.NDJSON and wanted.include is None:
        return Part(_lines(rows), last, ids)
    records = [json.loads(row) for row in rows]
    if wanted.include is Include.PERSON:
        _add_people(connection, records, desk.vault)
    if wanted.format is Format.NDJSON:
        return Part(_lines(json.dumps(record, ensure_ascii=False) for record in records), last, ids)
    columns = _columns(wanted)
    head = [] if after else [columns]
    table = _table([*head, *(_cells(record, columns) for record in records)])
    return Part(table if after else BYTE_ORDER_MARK + table, last, ids)


def texts(first: Part, read: Callable[[Place], Part]) -> Iterator[str]:
    """Yield the first part's text and that of all that follow; `read` opens and closes its own."""
    piece = first
    yield piece.text
    while piece.last is not None:
        piece = read(piece.last)
        yield piece.text


def _lines(rows: Iterable[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


def _add_people(connection: Connection, records: Sequence[Json], vault: Vault) -> None:
    """Add to each record who asks, null once that was erased."""
    by_id = {UUID(record["id"]): record for record in records}
    sealed = select(col(Appointment.id), col(Appointment.wrapped_key), col(Appointment.person))
    for row_id, wrapped, box in connection.execute(sealed.where(col(Appointment.id).in_(by_id))):
        by_id[row_id]["person"] = _person(vault, row_id, wrapped, box)


def _person(vault: Vault, row_id: UUID, wrapped: bytes | None, box: bytes) -> Json | None:
    if wrapped is None:
        return None
    opened = vault.open_key(row_id, wrapped).unseal(PERSON, box)
    return Contact.model_validate(opened).model_dump(mode="json")


def _columns(wanted: Export) -> list[str]:
    personal = Contact.model_fields if wanted.include is Include.PERSON else {}
    return [*RequestRow.model_fields, *personal]


def _cells(row: Json, columns: Sequence[str]) -> list[str]:
    flat = {**row, **(row.get("person") or {})}
    return [_safe(_cell(flat.get(name))) for name in columns]


def _cell(value: Any) -> str:  # noqa: ANN401 - any value of JSON
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            return "; ".join(map(_cell, value))
        case dict():
            return " ".join(map(_cell, value.values()))
        case _:
            return str(value)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _table(lines: Sequence[Sequence[str]]) -> str:
    table = io.StringIO()
    csv.writer(table).writerows(lines)
    return table.getvalue()
