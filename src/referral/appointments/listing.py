"""The clinic's list of requests: filtered, in order, a page at a time, written as JSON."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from string import ascii_lowercase
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    TextClause,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    literal_column,
    or_,
    text,
    tuple_,
)
from sqlalchemy import select as sa_select
from sqlmodel import col

from referral.appointments import states
from referral.appointments.contacts import sought
from referral.appointments.filters import Choice, Filters, asked
from referral.appointments.inbox import NAMES, Desk
from referral.appointments.models import ON_DESK, Appointment
from referral.appointments.places import Place, Sort
from referral.appointments.states import WAITING, Actor, Fact, State
from referral.db import UtcDateTime
from referral.json_rows import JsonObject
from referral.spelled import Aside
from referral.staff.scopes import Scope

# What `movers.facts` says of one request, for all rows of a list; the rest concerns no staff.
FACTS: Mapping[Fact, ColumnElement[bool]] = {
    Fact.STARTED: col(Appointment.starts_at) <= bindparam("now"),
    Fact.TIMES_OFFERED: col(Appointment.offer_expires_at) > bindparam("now"),
    Fact.CALL_DUE: col(Appointment.call_due_since).is_not(None),
    Fact.UNDOABLE: and_(
        col(Appointment.undo_by) == bindparam("key_id"),
        col(Appointment.undo_until) >= bindparam("now"),
        col(Appointment.sent_on_to).is_(None),
    ),
}
# As `clock.is_owed` says it of one request.
OWED = or_(
    col(Appointment.state).in_([literal_column(f"'{code}'") for code in WAITING]),
    and_(col(Appointment.wants_move), col(Appointment.offer_expires_at).is_(None)),
)
# The truth values of a row, by their names in `RequestRow`.
FLAGS: Mapping[str, ColumnElement[bool]] = {
    "overdue": and_(OWED, col(Appointment.answer_by) < bindparam("now")),
    "wants_move": col(Appointment.wants_move).is_(literal_column("true")),
    "phone_only": col(Appointment.by_phone).is_(literal_column("true")),
    "unreachable": col(Appointment.unreachable).is_(literal_column("true")),
}
LETTERS: Mapping[str, str] = dict(zip((*FACTS, *FLAGS), ascii_lowercase, strict=False))
APART = {"preferred_windows", "state", "wants_move", "by_phone", "unreachable"}
CONTACTS = {"email_index", "phone_index"}


class View(NamedTuple):
    """In which order rows come, and which of their members they have: all where none is named."""

    sort: Sort = Sort.NEWEST
    names: frozenset[str] = frozenset()


class Part(NamedTuple):
    """Rows as JSON of `RequestRow`, and the place of the last one where more follow."""

    rows: list[str]
    last: Place | None


class Page(NamedTuple):
    """A page of the list: JSON in the shape of `RequestPage`, and the cursor of the next one."""

    text: str
    next: str | None


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
    return Page(f'{{"items":[{",".join(part.rows)}],"next":{json.dumps(following)}}}', following)


def rows(
    connection: Connection, choice: Choice, *, desk: Desk, after: Place | None, limit: int
) -> Part:
    """Return up to `limit` whole rows that follow a place, newest first."""
    return _part(connection, asked(choice), View(), desk=desk, after=after, limit=limit)


def _part(
    connection: Connection,
    conditions: Mapping[str, Any],
    view: View,
    *,
    desk: Desk,
    after: Place | None,
    limit: int,
) -> Part:
    values = {**conditions, "clinic_id": desk.staff.clinic_id}
    if after is not None:
        values |= {"after": after.moment, "after_id": after.row_id}
    given = values | {"now": desk.now, "key_id": desk.staff.key_id, "limit": limit + 1}
    found = connection.execute(_statement(frozenset(values), view), given).all()
    actor = desk.mover.actor if Scope.WRITE in desk.staff.scopes else None
    names = view.names
    shown = [
        f"{row[:-1]}{_windows(pairs, names)}{_rest(case_, actor, names)}"
        for row, pairs, case_, _ in found[:limit]
    ]
    return Part(shown, _place(view.sort, found[limit - 1]) if len(found) > limit else None)


@lru_cache(4096)
def _rest(case_: str, actor: Actor | None, names: frozenset[str]) -> str:
    """Return the end of a row: what follows from a state and the letters of what holds."""
    state, _, letters = case_.partition(" ")
    holding = {name for name, letter in LETTERS.items() if letter in letters}
    facts = frozenset(fact for fact in FACTS if fact in holding)
    actions = states.available(State(state), actor, facts) if actor else ()
    flags = {flag: flag in holding for flag in FLAGS}
    known = {"state": state, "available_actions": actions, **flags}
    shown = {name: value for name, value in known.items() if not names or name in names}
    return f",{json.dumps(shown)[1:]}" if shown else "}"


@lru_cache(512)
def _statement(asked_for: frozenset[str], view: View) -> Select[str, str, str, str]:
    """Return the list's statement under the conditions named; to put it together takes a while."""
    sort, names = view
    order = (_column(sort.column), col(Appointment.id))
    place = cast(_column(sort.column), Text)
    by_contact = not CONTACTS.isdisjoint(asked_for)
    conditions = _conditions(sort, by_contact=by_contact)
    return (
        sa_select(_row(names), cast(_column("preferred_windows"), Text), _case(), place)
        .where(*(condition for name, condition in conditions.items() if name in asked_for))
        .order_by(*(key.desc() if sort.is_descending else key.asc() for key in order))
        .limit(bindparam("limit"))
    )


def _conditions(sort: Sort, *, by_contact: bool) -> Mapping[str, ColumnElement[bool] | TextClause]:
    """Return all conditions, so written that the index of the order, or of a contact, leads.

    SQLite would follow a range of another column, and make and sort the JSON of all rows in it.
    """

    def beside(name: str) -> ColumnElement[Any]:
        is_led_by = not by_contact and name in {"clinic_id", sort.column}
        return _column(name) if is_led_by else Aside(_column(name))

    place = tuple_(bindparam("after", type_=UtcDateTime), bindparam("after_id", type_=Uuid))
    here = tuple_(_column(sort.column), col(Appointment.id))
    return {
        "clinic_id": beside("clinic_id") == bindparam("clinic_id"),
        "email_index": col(Appointment.email_index).in_(bindparam("email_index", expanding=True)),
        "phone_index": col(Appointment.phone_index).in_(bindparam("phone_index", expanding=True)),
        "reference": col(Appointment.reference) == bindparam("reference"),
        "on_desk": text(f"({ON_DESK})"),
        "states": col(Appointment.state).in_(bindparam("states", expanding=True)),
        "overdue": and_(OWED, beside("answer_by") < bindparam("now")),
        "rebooking": or_(
            col(Appointment.wants_move), col(Appointment.state) == literal_column("'no_show'")
        ),
        "call": col(Appointment.call_due_since).is_not(None),
        "levels": col(Appointment.level).in_(bindparam("levels", expanding=True)),
        "chiropractor_id": beside("chiropractor_id") == bindparam("chiropractor_id"),
        "assignee": col(Appointment.assignee) == bindparam("assignee"),
        "unassigned": col(Appointment.assignee).is_(None),
        "created_from": beside("created_at") >= bindparam("created_from"),
        "created_before": beside("created_at") < bindparam("created_before"),
        "updated_since": beside("updated_at") >= bindparam("updated_since"),
        "after": here < place if sort.is_descending else here > place,
    }


def _row(names: frozenset[str]) -> JsonObject:
    """Return the columns in the shape of `RequestRow`, but for windows and what `_rest` adds."""
    shown = {"id", *names} if names else set(NAMES)
    return JsonObject(**{name: _column(name) for name in NAMES if name in shown - APART})


def _case() -> ColumnElement[str]:
    """Return the state and a letter for each fact and flag that holds."""
    text: ColumnElement[str] = cast(_column("state"), Text) + _fixed(" ")
    for name, holds in (*FACTS.items(), *FLAGS.items()):
        text += case((holds, _fixed(LETTERS[name])), else_=_fixed(""))
    return text


def _column(name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = getattr(Appointment, name)
    return column


def _windows(pairs: str, names: frozenset[str]) -> str:
    """Return each `["2026-12-01", "morning"]` as an object; no value has a quote in it."""
    if names and "preferred_windows" not in names:
        return ""
    between = pairs[3:-3].replace('"], ["', '"},{"date":"').replace('", "', '","part":"')
    return f',"preferred_windows":[{{"date":"{between}"}}]'


def _fixed(text: str) -> ColumnElement[str]:
    """Write our own code or punctuation into the statement: parameters cost time in every call."""
    return literal_column(f"'{text}'")


def _place(sort: Sort, row: Row[str, str, str, str]) -> Place:
    shown, _, _, moment = row
    at = datetime.fromisoformat(moment)
    # SQLite's is naive, and UTC.
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Place(sort, at, UUID(json.loads(shown)["id"]))
