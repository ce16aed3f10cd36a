"""Rows that the database writes as JSON, in the spelling of either database."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Uuid, literal_column

from referral.db import UtcDateTime
from referral.spelled import Spelled


class JsonId(Spelled):
    """An id in a `JsonObject`: with dashes."""

    inherit_cache = True
    sql: ClassVar = {
        "sqlite": "substr({0}, 1, 8) || '-' || substr({0}, 9, 4) || '-' || substr({0}, 13, 4)"
        " || '-' || substr({0}, 17, 4) || '-' || substr({0}, 21)",
        "postgresql": "{0}",
    }


class Hex(Spelled):
    """An id without dashes, as SQLite stores it: what reads many rows puts them in for less."""

    inherit_cache = True
    sql: ClassVar = {"sqlite": "{0}", "postgresql": "replace(CAST({0} AS TEXT), '-', '')"}


class JsonMoment(Spelled):
    """A time in a `JsonObject`: RFC 3339 in UTC, without a fraction that is zero."""

    inherit_cache = True
    sql: ClassVar = {
        "sqlite": "replace(replace({0}, '.000000', ''), ' ', 'T') || 'Z'",
        "postgresql": "replace(to_char({0} AT TIME ZONE 'UTC',"
        """ 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000', '')""",
    }


class JsonObject(Spelled):
    """Values by name as the text of one JSON object, written by the database.

    For long lists: to make Python objects of all values, only to write JSON of them, costs several
    times what reading them does.
    """

    inherit_cache = True
    sql: ClassVar = {
        "sqlite": "json_object({0})",
        "postgresql": "CAST(json_build_object({0}) AS TEXT)",
    }

    def __init__(self, **values: ColumnElement[Any]) -> None:
        pairs: Iterator[tuple[ColumnElement[Any], ...]]
        pairs = ((literal_column(f"'{name}'"), _in_json(value)) for name, value in values.items())
        super().__init__(*chain.from_iterable(pairs))


JSON_FORMS: Mapping[type[Any], type[Spelled]] = {Uuid: JsonId, UtcDateTime: JsonMoment}


def _in_json(value: ColumnElement[Any]) -> ColumnElement[Any]:
    form = JSON_FORMS.get(type(value.type))
    return value if form is None else form(value)
