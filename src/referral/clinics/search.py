"""Finding clinics: the best placed near a point, and one by its id."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from heapq import nsmallest
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam
from sqlalchemy import select as sa_select
from sqlmodel import col

from referral.clinics.circles import AT_ITS_ADDRESS, TRUE, Circle, Found, places, within
from referral.clinics.geo import Point
from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.ranking import Facts, rank
from referral.clinics.standing import takes_requests
from referral.clinics.words import words
from referral.errors import NotFoundError
from referral.text import N_

# Miles. Each ring is tried until one holds enough clinics; the last one holds everything.
RINGS = (3.0, 10.0, 25.0, 100.0, 500.0, 2500.0, 12500.0)
# A ring that holds so many has enough to choose from, however few are asked for: so a short list is
# the beginning of a longer one.
ENOUGH = 30
# Each is one more search within the search.
MOST_WORDS = 8

NAMES = (
    "id",
    "npi",
    "name",
    "address_1",
    "address_2",
    "city",
    "state",
    "postal_code",
    "country",
    "phone",
    "timezone",
    "standing",
    "accepting",
    "paused",
    "next_free_week",
    "confirmed_at",
    "median_answer_seconds",
    "left_unanswered",
    "hours",
    "keeps_holidays",
    "closed_on",
    "languages",
    "techniques",
    "accessibility",
    "insurance",
    "prices",
    "other_names",
    "places",
)
OF_ROW = itemgetter(*Facts._fields)
COLUMNS = tuple(getattr(Clinic, name) for name in NAMES)
PERSON = ("id", "name", "credential")
# Each clinic once for each of its chiropractors: one round trip instead of two.
CLINICS = (
    sa_select(*COLUMNS, *(getattr(Chiropractor, name) for name in PERSON))
    .outerjoin(Chiropractor, col(Chiropractor.clinic_id) == col(Clinic.id))
    .where(col(Clinic.id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Chiropractor.name), col(Chiropractor.id))
)
PUBLIC = CLINICS.where(col(Clinic.is_public).is_(TRUE))


def nearest(
    connection: Connection,
    point: Point,
    *,
    radius: float,
    limit: int,
    taking_requests: bool = False,
    name: str = "",
) -> tuple[list[dict[str, Any]], bool]:
    """Return up to `limit` clinics, and whether they lie within `radius` miles.

    Where none does, some that lie farther. They are in the order of `ranking.rank`, among all in
    the first ring that holds `ENOUGH`. Rows have the shape of `ClinicNearby`, but for their `rank`
    (see `explain`). With `taking_requests`, only clinics count that can be asked here; with a
    `name`, those that are known by all its words.
    """
    asked = sorted(words([name]))[:MOST_WORDS]
    statement = places(askable=taking_requests, names=len(asked))
    given = {f"word_{number}": word for number, word in enumerate(asked)}
    found: list[Found] = []
    for ring in RINGS:
        found = within(connection, statement, given, Circle(point, ring))
        if len(found) >= max(limit, ENOUGH) or (found and ring >= radius):
            break
    near = [one for one in found if one.miles <= radius]
    chosen = {one.clinic_id: one for one in nsmallest(limit, near or found)}
    rows = {row["id"]: row for row in _rows(connection, list(chosen))}
    for clinic_id, row in rows.items():
        row["distance_miles"] = round(chosen[clinic_id].miles, 1)
        position = chosen[clinic_id].position
        row["nearest_place"] = None if position == AT_ITS_ADDRESS else row["places"][position]
    return [rows[clinic_id] for clinic_id in chosen], bool(near)


def explain(rows: Iterable[dict[str, Any]], *, now: datetime) -> None:
    """Add to each of the rows of `nearest` its `rank`: why it stands where it stands."""
    today = now.astimezone(UTC).date()
    for row in rows:
        place = rank(row["distance_miles"], Facts(*OF_ROW(row)), today=today)
        # Plain strings: members of an enum take longer to write as JSON than to find.
        reasons = [{"code": str(code), "miles": miles} for code, miles in place.reasons]
        row["rank"] = {"counts_as_miles": place.counts_as_miles, "reasons": reasons}
        # A small number of requests is for the clinic alone, as in its statistics.
        del row["left_unanswered"]


def by_id(connection: Connection, clinic_id: UUID, *, public: bool = True) -> dict[str, Any]:
    """Return one clinic in the shape of `ClinicShown`, or raise NotFoundError.

    To anybody but its own staff and the operator, only a public one.
    """
    rows = _rows(connection, [clinic_id], PUBLIC if public else CLINICS)
    if not rows:
        raise NotFoundError(N_("There is no such clinic."))
    return rows[0]


def _rows(
    connection: Connection, ids: list[UUID], clinics: Select[Any] = CLINICS
) -> list[dict[str, Any]]:
    rows: dict[UUID, dict[str, Any]] = {}
    for values in connection.execute(clinics, {"ids": ids}).all():
        row = rows.get(values[0]) or _row(values)
        person = dict(zip(PERSON, values[len(NAMES) :], strict=True))
        if person["id"] is not None:
            row["chiropractors"].append(person)
        rows[values[0]] = row
    return list(rows.values())


def _row(values: Sequence[Any]) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(NAMES, values, strict=False))
    takes = takes_requests(row["standing"], row["accepting"], paused=row["paused"])
    return row | {"takes_requests": takes, "chiropractors": []}
