"""The clinic's list of requests: filtered, newest first, a page at a time, written as JSON."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    tuple_,
)
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from referral.appointments import states
from referral.appointments.inbox import NAMES, Desk
from referral.appointments.models import Appointment
from referral.appointments.states import WAITING, Actor, Fact, State
from referral.db import UtcDateTime
from referral.errors import InvalidError
from referral.json_rows import JsonObject, JsonPart
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
IN_CASE = {"state", "wants_move", "by_phone"}


class Needs(StrEnum):
    """What waits for the clinic: an answer, another time for a visit, or a call."""

    ANSWER = "answer"
    REBOOKING = "rebooking"
    CALL = "call"


class Choice(BaseModel):
    """Which requests of a clinic are wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: list[State] = []
    needs: Needs | None = Field(default=None, description="what waits for you")
    overdue: bool = Field(default=False, description="only those past their promised date")
    level: list[Level] = []
    chiropractor_id: UUID | None = None
    created_from: Moment | None = None
    created_before: Moment | None = None
    updated_since: Moment | None = None


class Filters(Choice):
    """Which requests of a clinic to list, and from where on."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=200)


class Place(NamedTuple):
    """The place of a row in the list's order; what follows it was made before."""

    after: datetime
    after_id: UUID


class Page(NamedTuple):
    """A page of the list: JSON in the shape of `RequestPage`, and the cursor of the next one."""

    text: str
    next: str | None


def page(session: Session, filters: Filters, *, desk: Desk) -> Page:
    """Return a page of rows, newest first; InvalidError for a cursor that we never gave."""
    limit = filters.limit
    start = None if filters.cursor is None else _place(filters.cursor)
    found = rows(session, filters, desk=desk, after=start, limit=limit + 1)
    following = _cursor(place_of(found[limit - 1])) if len(found) > limit else None
    items = ",".join(found[:limit])
    return Page(f'{{"items":[{items}],"next":{json.dumps(following)}}}', following)


def rows(
    session: Session, choice: Choice, *, desk: Desk, after: Place | None, limit: int
) -> list[str]:
    """Return up to `limit` requests that follow a place, newest first, as JSON of `RequestRow`."""
    asked = (
        _asked(choice) | {"clinic_id": desk.staff.clinic_id} | (after._asdict() if after else {})
    )
    given = asked | {"now": desk.now, "key_id": desk.staff.key_id, "limit": limit}
    # Not by the session itself, which would prepare for objects of ours.
    found = session.connection().execute(_statement(frozenset(asked)), given).all()
    actor = desk.mover.actor if Scope.WRITE in desk.staff.scopes else None
    return [f"{row[:-1]},{_rest(case_, actor)}}}" for row, case_ in found]


def place_of(row: str) -> Place:
    """Return the place of one of the rows that `rows` gives."""
    shown = json.loads(row)
    return Place(datetime.fromisoformat(shown["created_at"]), UUID(shown["id"]))


def _asked(choice: Choice) -> dict[str, Any]:
    """Return the values of the conditions that `choice` asks for, by the conditions' names."""
    wanted = set(choice.state or State)
    if choice.needs is Needs.ANSWER or choice.overdue:
        wanted &= set(WAITING)
    asked = {
        "states": sorted(wanted) if len(wanted) < len(State) else None,
        "overdue": choice.overdue or None,
        "rebooking": choice.needs is Needs.REBOOKING or None,
        "call": choice.needs is Needs.CALL or None,
        "levels": choice.level or None,
        "chiropractor_id": choice.chiropractor_id,
        "created_from": choice.created_from,
        "created_before": choice.created_before,
        "updated_since": choice.updated_since,
    }
    return {name: value for name, value in asked.items() if value is not None}


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
def _statement(asked: frozenset[str]) -> Select[str, str]:
    """Return the list's statement under the conditions named; to put it together takes a while."""
    conditions = (condition for name, condition in CONDITIONS.items() if name in asked)
    newest_first = (col(Appointment.created_at).desc(), col(Appointment.id).desc())
    chosen = sa_select(_row(), _case()).where(*conditions)
    return chosen.order_by(*newest_first).limit(bindparam("limit"))


def _row() -> JsonObject:
    """Return the columns in the shape of `RequestRow`, all but what `_rest` adds."""
    columns = {name: _column(name) for name in NAMES if name not in IN_CASE}
    columns["preferred_windows"] = JsonPart(_windows(columns["preferred_windows"]))
    return JsonObject(**columns)


def _case() -> ColumnElement[str]:
    """Return the state and a letter for each fact and flag that holds."""
    text: ColumnElement[str] = cast(_column("state"), Text) + _fixed(" ")
    for name, holds in (*FACTS.items(), *FLAGS.items()):
        text += case((holds, _fixed(LETTERS[name])), else_=_fixed(""))
    return text


def _column(name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = getattr(Appointment, name)
    return column


def _windows(pairs: ColumnElement[Any]) -> ColumnElement[str]:
    """Turn each `["2026-12-01", "morning"]` into an object; no value has a quote in it."""
    text: ColumnElement[str] = cast(pairs, Text)
    for old, new in (('["', '{"date":"'), ('", "', '","part":"'), ('"]', '"}')):
        text = func.replace(text, _fixed(old), _fixed(new))
    return text


def _fixed(text: str) -> ColumnElement[str]:
    """Write our own code or punctuation into the statement: parameters cost time in every call."""
    return literal_column(f"'{text}'")


def _cursor(place: Place) -> str:
    created, row_id = place
    return base64.urlsafe_b64encode(f"{created.isoformat()}|{row_id.hex}".encode()).decode()


def _place(cursor: str) -> Place:
    try:
        created, _, row_id = base64.urlsafe_b64decode(cursor).decode().partition("|")
        return Place(MOMENT.validate_python(created), UUID(hex=row_id))
    except (ValueError, binascii.Error) as error:
        raise InvalidError.at(
            "query", "cursor", code="cursor-unknown", detail=N_("Use a cursor as we gave it.")
        ) from error
