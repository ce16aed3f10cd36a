"""A row of the clinic's list: what the database says of it, and how that is written as JSON.

The database writes most columns; what would cost it more than Python is put in here.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache, reduce
from operator import add
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Text,
    and_,
    bindparam,
    case,
    cast,
    literal_column,
)
from sqlmodel import col

from referral.appointments import states
from referral.appointments.desk.finding import IS_OWED, column
from referral.appointments.desk.inbox import NAMES
from referral.appointments.models import Appointment
from referral.appointments.states import Actor, Fact, State
from referral.json_rows import Hex, JsonObject

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
    "overdue": and_(IS_OWED, col(Appointment.answer_by) < bindparam("now")),
    "wants_move": col(Appointment.wants_move).is_(literal_column("true")),
    "phone_only": col(Appointment.by_phone).is_(literal_column("true")),
    "unreachable": col(Appointment.unreachable).is_(literal_column("true")),
}
BITS: Mapping[str, int] = {name: 1 << place for place, name in enumerate((*FACTS, *FLAGS))}
APART = {"id", "preferred_windows", "state", "wants_move", "by_phone", "unreachable"}


def parts(names: frozenset[str]) -> tuple[ColumnElement[Any], ...]:
    """Return what is to be selected for rows that have these members, all where none is named."""
    return (
        Hex(column("id")),
        JsonObject(**{name: column(name) for name in _columns(names)}),
        cast(column("preferred_windows"), Text),
        cast(column("state"), Text),
        _holding(),
    )


def written(
    rows: Iterable[Row[*tuple[Any, ...]]], names: frozenset[str], actor: Actor | None
) -> list[str]:
    """Return rows of `parts`, each with its place behind them, in the shape of `RequestRow`.

    `actor` is whose moves are told: None for a reader, who has none.
    """
    rest = _rest(actor, names)
    comma = "," if _columns(names) else ""
    return [
        f'{{"id":"{id_[:8]}-{id_[8:12]}-{id_[12:16]}-{id_[16:20]}-{id_[20:]}"{comma}{columns[1:-1]}'
        f"{_windows(windows, names)}{rest[state, holding]}"
        for id_, columns, windows, state, holding, _ in rows
    ]


class Rest(dict[tuple[str, int], str]):
    """The end of a row, by its state and the bits of what holds."""

    def __init__(self, actor: Actor | None, names: frozenset[str]) -> None:
        super().__init__()
        self._actor, self._names = actor, names

    def __missing__(self, case_: tuple[str, int]) -> str:
        state, bits = case_
        holding = {name for name, bit in BITS.items() if bits & bit}
        facts = frozenset(fact for fact in FACTS if fact in holding)
        actions = states.available(State(state), self._actor, facts) if self._actor else ()
        flags = {flag: flag in holding for flag in FLAGS}
        known = {"state": state, "available_actions": actions, **flags}
        names = self._names
        shown = {name: value for name, value in known.items() if not names or name in names}
        text = f",{json.dumps(shown)[1:]}" if shown else "}"
        return self.setdefault(case_, text)


_rest = lru_cache(512)(Rest)


@lru_cache(512)
def _columns(names: frozenset[str]) -> tuple[str, ...]:
    """Return which columns the database writes: not the id, the windows and what `Rest` adds."""
    return tuple(name for name in NAMES if name not in APART and (not names or name in names))


def _holding() -> ColumnElement[int]:
    """Return the sum of the bits of the facts and flags that hold."""
    conditions = (*FACTS.values(), *FLAGS.values())
    bits = zip(conditions, BITS.values(), strict=True)
    return reduce(add, (case((holds, _fixed(bit)), else_=_fixed(0)) for holds, bit in bits))


def _windows(pairs: str, names: frozenset[str]) -> str:
    """Return each `["2026-12-01", "morning"]` as an object; no value has a quote in it."""
    if names and "preferred_windows" not in names:
        return ""
    if pairs == "[]":
        return ',"preferred_windows":[]'
    between = pairs[3:-3].replace('"], ["', '"},{"date":"').replace('", "', '","part":"')
    return f',"preferred_windows":[{{"date":"{between}"}}]'


def _fixed(number: int) -> ColumnElement[int]:
    """Write our own number into the statement: parameters cost time in every call."""
    return literal_column(str(number), Integer)
