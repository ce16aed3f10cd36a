"""A clinic's requests as one file, written a page at a time, so that its length costs no memory."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import Field
from sqlalchemy import Connection, select
from sqlmodel import col

from referral.appointments import listing
from referral.appointments.filters import Choice
from referral.appointments.inbox import Desk
from referral.appointments.models import Appointment
from referral.appointments.places import Place
from referral.appointments.representations import Contact, RequestRow
from referral.appointments.submission import PERSON
from referral.vault import Vault

PAGE = 1000
# Spreadsheets run what begins so as a formula (OWASP, "CSV Injection"), full-width signs too.
FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
# Without it, Excel takes UTF-8 for the code page of its country, and garbles names.
BYTE_ORDER_MARK = "\ufeff"


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
    """A piece of the file, and the place of its last row, None where no more can follow."""

    text: str
    last: Place | None


def part(connection: Connection, wanted: Export, *, desk: Desk, after: Place | None) -> Part:
    """Return the piece of the file that follows a place; the first one begins with the header."""
    rows, last = listing.rows(connection, wanted, desk=desk, after=after, limit=PAGE)
    if wanted.include is Include.PERSON:
        rows = _with_people(connection, rows, desk.vault)
    if wanted.format is Format.NDJSON:
        return Part("".join(f"{row}\n" for row in rows), last)
    columns = _columns(wanted)
    head = [] if after else [columns]
    table = _table([*head, *(_cells(json.loads(row), columns) for row in rows)])
    return Part(table if after else BYTE_ORDER_MARK + table, last)


def texts(first: Part, read: Callable[[Place], Part]) -> Iterator[str]:
    """Yield the first part's text and that of all that follow; `read` opens and closes its own."""
    piece = first
    yield piece.text
    while piece.last is not None:
        piece = read(piece.last)
        yield piece.text


def _with_people(connection: Connection, rows: list[str], vault: Vault) -> list[str]:
    """Add to each row who asks, null once that was erased."""
    ids = [UUID(json.loads(row)["id"]) for row in rows]
    sealed = select(col(Appointment.id), col(Appointment.wrapped_key), col(Appointment.person))
    found = connection.execute(sealed.where(col(Appointment.id).in_(ids))).all()
    people = {row_id: _person(vault, row_id, wrapped, box) for row_id, wrapped, box in found}
    return [
        f'{row[:-1]},"person":{people[row_id]}}}' for row_id, row in zip(ids, rows, strict=True)
    ]


def _person(vault: Vault, row_id: UUID, wrapped: bytes | None, box: bytes) -> str:
    if wrapped is None:
        return "null"
    opened = vault.open_key(row_id, wrapped).unseal(PERSON, box)
    return Contact.model_validate(opened).model_dump_json()


def _columns(wanted: Export) -> list[str]:
    personal = Contact.model_fields if wanted.include is Include.PERSON else {}
    return [*RequestRow.model_fields, *personal]


def _cells(row: Mapping[str, Any], columns: Sequence[str]) -> list[str]:
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
