"""The clinic's list of requests: filtered, in order, a page at a time, written as JSON."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    Select,
    Text,
    bindparam,
    cast,
)
from sqlalchemy import select as sa_select
from sqlmodel import col

from referral.appointments.contacts import sought
from referral.appointments.desk.filters import Choice, Filters, asked
from referral.appointments.desk.finding import column, conditions, led
from referral.appointments.desk.inbox import Desk
from referral.appointments.desk.list_rows import parts, written
from referral.appointments.desk.places import Place, Sort
from referral.appointments.models import Appointment
from referral.staff.scopes import Scope


class View(NamedTuple):
    """In which order rows come, and which of their members they have: all where none is named."""

    sort: Sort = Sort.NEWEST
    names: frozenset[str] = frozenset()


class Part(NamedTuple):
    """Rows as JSON of `RequestRow`, the place of the last one where more follow, ids as hex."""

    rows: list[str]
    last: Place | None
    ids: list[str]


class Page(NamedTuple):
    """A page of the list: JSON in the shape of `RequestPage`, the next one's cursor, ids as hex."""

    text: str
    next: str | None
    ids: list[str]


def page(
    connection: Connection, filters: Filters, *, desk: Desk, contact: str | None = None
) -> Page:
    """Return a page of rows in the order asked for, all or only those of one `contact`."""
    found = {} if contact is None else sought(contact, desk.staff.clinic_id, desk.vault)
    view = View(filters.sort, frozenset(filters.fields))
    part = _part(
        connection,
        asked(filters) | found,
        view,
        desk=desk,
        after=filters.cursor,
        limit=filters.limit,
    )
    following = part.last and part.last.cursor()
    return Page(
        f'{{"items":[{",".join(part.rows)}],"next":{json.dumps(following)}}}', following, part.ids
    )


def rows(
    connection: Connection, choice: Choice, *, desk: Desk, after: Place | None, limit: int
) -> Part:
    """Return up to `limit` whole rows that follow a place, newest first."""
    return _part(connection, asked(choice), View(), desk=desk, after=after, limit=limit)


def _part(
    connection: Connection,
    wanted: Mapping[str, Any],
    view: View,
    *,
    desk: Desk,
    after: Place | None,
    limit: int,
) -> Part:
    fixed = {"now": desk.now, "key_id": desk.staff.key_id, "limit": limit + 1}
    given = {**wanted, **fixed, "clinic_id": desk.staff.clinic_id}
    if after is not None:
        given |= {"after": after.moment, "after_id": after.row_id}
    known = led(connection, given, view.sort)
    if known is None:
        return Part([], None, [])
    found = connection.execute(_statement(frozenset(known), view), known).all()
    actor = desk.mover.actor if Scope.WRITE in desk.staff.scopes else None
    shown = written(found[:limit], view.names, actor)
    last = _place(view.sort, found[limit - 1]) if len(found) > limit else None
    return Part(shown, last, [row[0] for row in found[:limit]])


@lru_cache(512)
def _statement(asked_for: frozenset[str], view: View) -> Select[*tuple[Any, ...]]:
    """Return the list's statement under the conditions named; to put it together takes a while."""
    sort, names = view
    order = (column(sort.column), col(Appointment.id))
    place = cast(column(sort.column), Text)
    return (
        sa_select(*parts(names), place)
        .where(*conditions(asked_for, sort))
        .order_by(*(key.desc() if sort.is_descending else key.asc() for key in order))
        .limit(bindparam("limit"))
    )


def _place(sort: Sort, row: Row[*tuple[Any, ...]]) -> Place:
    at = datetime.fromisoformat(row[-1])
    # SQLite's is naive, and UTC.
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Place(sort, at, UUID(row[0]))
