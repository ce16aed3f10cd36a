"""The clinic's list of requests: filtered, newest first, a page at a time, written as JSON."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    literal_column,
    or_,
    tuple_,
)
from sqlalchemy import select as sa_select
from sqlmodel import col

from referral.appointments import states
from referral.appointments.inbox import NAMES, Desk
from referral.appointments.models import Appointment
from referral.appointments.states import WAITING, Actor, Fact, State
from referral.db import UtcDateTime
from referral.errors import InvalidError
from referral.json_rows import JsonObject
from referral.staff.models import Scope
from referral.symptoms.levels import Level
from referral.text import N_
from referral.web.moments import Moment

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "clinic_id": col(Appointment.clinic_id) == bindparam("clinic_id"),
    "states": col(Appointment.state).in_(bindparam("states", expanding=True)),
    "overdue": col(Appointment.answer_by) < bindparam("now"),
    "rebooking": or_(
        col(Appointment.wants_move), col(Appointment.state) == literal_column("'no_show'")
    ),
    "call": col(Appointment.call_due_since).is_not(None),
    "levels": col(Appointment.level).in_(bindparam("levels", expanding=True)),
    "chiropractor_id": col(Appointment.chiropractor_id) == bindparam("chiropractor_id"),
    "assignee": col(Appointment.assignee) == bindparam("assignee"),
    "unassigned": col(Appointment.assignee).is_(None),
    "created_from": col(Appointment.created_at) >= bindparam("created_from"),
    "created_before": col(Appointment.created_at) < bindparam("created_before"),
    "updated_since": col(Appointment.updated_at) >= bindparam("updated_since"),
    "after": tuple_(col(Appointment.created_at), col(Appointment.id))
    < tuple_(bindparam("after", type_=UtcDateTime), bindparam("after_id", type_=Uuid)),
}
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
# The truth values of a row, by their names in `RequestRow`.
FLAGS: Mapping[str, ColumnElement[bool]] = {
    "overdue": and_(
        col(Appointment.state).in_([literal_column(f"'{code}'") for code in WAITING]),
        CONDITIONS["overdue"],
    ),
    "wants_move": col(Appointment.wants_move).is_(literal_column("true")),
    "phone_only": col(Appointment.by_phone).is_(literal_column("true")),
}
LETTERS: Mapping[str, str] = {name: name[0] for name in (*FACTS, *FLAGS)}
APART = {"preferred_windows", "state", "wants_move", "by_phone"}


class Needs(StrEnum):
    """What waits for the clinic: an answer, another time for a visit, or a call."""

    ANSWER = "answer"
    REBOOKING = "rebooking"
    CALL = "call"


class Filters(BaseModel):
    """Which requests of a clinic to list, and from where on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: list[State] = []
    needs: Needs | None = Field(default=None, description="what waits for you")
    overdue: bool = Field(default=False, description="only those past their promised date")
    level: list[Level] = []
    chiropractor_id: UUID | None = None
    assignee: UUID | Literal["nobody"] | None = Field(default=None, description="a key's id")
    created_from: Moment | None = None
    created_before: Moment | None = None
    updated_since: Moment | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=200)


class Page(NamedTuple):
    """A page of the list: JSON in the shape of `RequestPage`, and the cursor of the next one."""

    text: str
    next: str | None


def page(connection: Connection, filters: Filters, *, desk: Desk) -> Page:
    """Return a page of rows, newest first; InvalidError for a cursor that we never gave."""
    limit = filters.limit
    asked = _asked(filters) | {"clinic_id": desk.staff.clinic_id}
    given = asked | {"now": desk.now, "key_id": desk.staff.key_id, "limit": limit + 1}
    found = connection.execute(_statement(frozenset(asked)), given).all()
    following = _cursor(found[limit - 1][0]) if len(found) > limit else None
    actor = desk.mover.actor if Scope.WRITE in desk.staff.scopes else None
    rows = [
        f'{row[:-1]},"preferred_windows":{_windows(pairs)},{_rest(case_, actor)}}}'
        for row, pairs, case_ in found
    ]
    items = ",".join(rows[:limit])
    return Page(f'{{"items":[{items}],"next":{json.dumps(following)}}}', following)


def _asked(filters: Filters) -> dict[str, Any]:
    """Return the values of the conditions that `filters` ask for, by the conditions' names."""
    wanted = set(filters.state or State)
    if filters.needs is Needs.ANSWER or filters.overdue:
        wanted &= set(WAITING)
    asked = {
        "states": sorted(wanted) if len(wanted) < len(State) else None,
        "overdue": filters.overdue or None,
        "rebooking": filters.needs is Needs.REBOOKING or None,
        "call": filters.needs is Needs.CALL or None,
        "levels": filters.level or None,
        "chiropractor_id": filters.chiropractor_id,
        "assignee": filters.assignee if isinstance(filters.assignee, UUID) else None,
        "unassigned": filters.assignee == "nobody" or None,
        "created_from": filters.created_from,
        "created_before": filters.created_before,
        "updated_since": filters.updated_since,
    }
    place = {} if filters.cursor is None else _place(filters.cursor)
    return {name: value for name, value in (asked | place).items() if value is not None}


@cache
def _rest(case_: str, actor: Actor | None) -> str:
    """Return the JSON of all that follows from a case: a state, and the letters of what holds."""
    state, _, letters = case_.partition(" ")
    holding = {name for name, letter in LETTERS.items() if letter in letters}
    facts = frozenset(fact for fact in FACTS if fact in holding)
    actions = states.available(State(state), actor, facts) if actor else ()
    shown = {"state": state, "available_actions": actions}
    return json.dumps(shown | {flag: flag in holding for flag in FLAGS})[1:-1]


@cache
def _statement(asked: frozenset[str]) -> Select[str, str, str]:
    """Return the list's statement under the conditions named; to put it together takes a while."""
    conditions = (condition for name, condition in CONDITIONS.items() if name in asked)
    newest_first = (col(Appointment.created_at).desc(), col(Appointment.id).desc())
    chosen = sa_select(_row(), cast(_column("preferred_windows"), Text), _case())
    return chosen.where(*conditions).order_by(*newest_first).limit(bindparam("limit"))


def _row() -> JsonObject:
    """Return the columns in the shape of `RequestRow`, but for windows and what `_rest` adds."""
    return JsonObject(**{name: _column(name) for name in NAMES if name not in APART})


def _case() -> ColumnElement[str]:
    """Return the state and a letter for each fact and flag that holds."""
    text: ColumnElement[str] = cast(_column("state"), Text) + _fixed(" ")
    for name, holds in (*FACTS.items(), *FLAGS.items()):
        text += case((holds, _fixed(LETTERS[name])), else_=_fixed(""))
    return text


def _column(name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = getattr(Appointment, name)
    return column


def _windows(pairs: str) -> str:
    """Turn each `["2026-12-01", "morning"]` into an object; no value has a quote in it."""
    with_dates = pairs.replace('["', '{"date":"').replace('", "', '","part":"')
    return with_dates.replace('"]', '"}')


def _fixed(text: str) -> ColumnElement[str]:
    """Write our own code or punctuation into the statement: parameters cost time in every call."""
    return literal_column(f"'{text}'")


def _cursor(row: str) -> str:
    shown = json.loads(row)
    created = datetime.fromisoformat(shown["created_at"]).isoformat()
    return base64.urlsafe_b64encode(f"{created}|{UUID(shown['id']).hex}".encode()).decode()


def _place(cursor: str) -> dict[str, Any]:
    try:
        created, _, row_id = base64.urlsafe_b64decode(cursor).decode().partition("|")
        return {"after": MOMENT.validate_python(created), "after_id": UUID(hex=row_id)}
    except (ValueError, binascii.Error) as error:
        raise InvalidError.at(
            "query", "cursor", code="cursor-unknown", detail=N_("Use a cursor as we gave it.")
        ) from error
