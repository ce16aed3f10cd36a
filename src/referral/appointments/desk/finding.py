"""How the rows of a clinic's list are found: the conditions, and the index that leads to them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TextClause,
    Uuid,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    text,
    tuple_,
)
from sqlmodel import col

from referral.appointments.desk.places import Sort
from referral.appointments.models import ON_DESK, OWED, Appointment
from referral.db import UtcDateTime
from referral.spelled import Aside, Spelled


class OnDesk(Spelled):
    """What stands on a desk, in the words of the index: by no others would SQLite follow it.

    PostgreSQL proves it from what else is asked; told twice, it guesses far fewer rows than there
    are, and reads and sorts all of them.
    """

    # Of no type: of a truth value SQLAlchemy would ask SQLite whether it equals 1.
    inherit_cache = True
    sql: ClassVar = {"sqlite": f"({ON_DESK})", "postgresql": "true"}


Condition = ColumnElement[bool] | TextClause | OnDesk
IS_OWED = text(f"({OWED})")
CONTACTS = frozenset({"email_index", "phone_index"})
BY_DEADLINE = "by_deadline"
# Up to so many that are late are sorted sooner than they are found among those that are not.
FEW = 100
SOME_LATE: Select[int] = (
    select(literal_column("1"))
    .where(
        col(Appointment.clinic_id) == bindparam("clinic_id"),
        IS_OWED,
        col(Appointment.answer_by) < bindparam("now"),
    )
    # Or else PostgreSQL may look through the whole table, in the hope of meeting some soon.
    .order_by(col(Appointment.answer_by))
    .limit(FEW + 1)
)


def led(connection: Connection, given: Mapping[str, Any], sort: Sort) -> Mapping[str, Any] | None:
    """Return the conditions `given`, and whether the deadlines lead; None where nothing is late.

    In the order of another moment, they do where few are late: of 10,000 requests that wait, none
    of those that are in time is looked at. Where many are late, the first page of them is near.
    """
    if "overdue" not in given or not CONTACTS.isdisjoint(given):
        return given
    by_deadline = {**given, BY_DEADLINE: True}
    if sort.column == "answer_by":
        return by_deadline
    late = len(connection.execute(SOME_LATE, given).all())
    if not late:
        return None
    return by_deadline if late <= FEW else given


def conditions(asked_for: frozenset[str], sort: Sort) -> list[Condition]:
    """Return the conditions named, so written that the right index leads.

    SQLite would follow a range of another column, and make and sort the JSON of all rows in it.
    """
    known = _known(_leading(asked_for, sort), sort)
    return [condition for name, condition in known.items() if name in asked_for]


def column(name: str) -> ColumnElement[Any]:
    """Return a column of the table by its name."""
    found: ColumnElement[Any] = getattr(Appointment, name)
    return found


def _leading(asked_for: frozenset[str], sort: Sort) -> frozenset[str]:
    """Return the columns that may choose the index: those that leave least, or of the order."""
    if not CONTACTS.isdisjoint(asked_for):
        return CONTACTS
    if BY_DEADLINE in asked_for:
        return frozenset({"clinic_id", "answer_by"})
    return frozenset({"clinic_id", sort.column, "reference", "state", "assignee"})


def _known(leading: frozenset[str], sort: Sort) -> Mapping[str, Condition]:
    """Return all conditions by their names."""

    def of(name: str) -> ColumnElement[Any]:
        return column(name) if name in leading else Aside(column(name))

    place = tuple_(bindparam("after", type_=UtcDateTime), bindparam("after_id", type_=Uuid))
    here = tuple_(of(sort.column), col(Appointment.id))
    return {
        "clinic_id": of("clinic_id") == bindparam("clinic_id"),
        "email_index": of("email_index").in_(bindparam("email_index", expanding=True)),
        "phone_index": of("phone_index").in_(bindparam("phone_index", expanding=True)),
        "reference": of("reference") == bindparam("reference"),
        "on_desk": OnDesk(),
        "states": of("state").in_(bindparam("states", expanding=True)),
        "overdue": and_(IS_OWED, of("answer_by") < bindparam("now")),
        "rebooking": or_(
            col(Appointment.wants_move), col(Appointment.state) == literal_column("'no_show'")
        ),
        "call": col(Appointment.call_due_since).is_not(None),
        "levels": col(Appointment.level).in_(bindparam("levels", expanding=True)),
        "chiropractor_id": of("chiropractor_id") == bindparam("chiropractor_id"),
        "assignee": of("assignee") == bindparam("assignee"),
        "unassigned": of("assignee").is_(None),
        "created_from": of("created_at") >= bindparam("created_from"),
        "created_before": of("created_at") < bindparam("created_before"),
        "updated_since": of("updated_at") >= bindparam("updated_since"),
        "after": here < place if sort.is_descending else here > place,
    }
