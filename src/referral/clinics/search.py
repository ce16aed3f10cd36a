"""Finding clinics: the nearest ones, and one by its id."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from heapq import nsmallest
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, literal_column
from sqlalchemy import select as sa_select
from sqlmodel import col

from referral.clinics.geo import Point, boxes_around, distance_miles
from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.ranking import Facts, rank
from referral.clinics.standing import Accepting, Standing, takes_requests
from referral.errors import NotFoundError
from referral.text import N_

# Miles. Each ring is tried until one holds enough clinics; the last one holds everything.
RINGS = (3.0, 10.0, 25.0, 100.0, 500.0, 2500.0, 12500.0)

NAMES = (
    "id",
    "npi",
    "name",
    "address_1",
    "address_2",
    "city",
    "state",
    "postal_code",
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
)
OF_ROW = itemgetter(*Facts._fields)
COLUMNS = tuple(getattr(Clinic, name) for name in NAMES)

# A ring that holds so many has enough to choose from, however few are asked for: so a short list is
# the beginning of a longer one.
ENOUGH = 30


class Found(NamedTuple):
    """A clinic in the order of a list: what it counts as, and how far it is, in miles."""

    counts_as: float
    miles: float
    clinic_id: UUID


# Put together once: for ten clinics that takes longer than reading them.
PLACES = sa_select(
    col(Clinic.latitude), col(Clinic.longitude), col(Clinic.handicap), col(Clinic.id)
).where(
    col(Clinic.latitude).between(bindparam("south"), bindparam("north")),
    col(Clinic.longitude).between(bindparam("west"), bindparam("east")),
)
# As `takes_requests` says it.
ASKABLE = PLACES.where(
    col(Clinic.standing) == Standing.JOINED,
    col(Clinic.accepting) != Accepting.NO,
    col(Clinic.paused).is_(literal_column("false")),
)
PERSON = ("id", "name", "credential")
# Each clinic once for each of its chiropractors: one round trip instead of two.
CLINICS = (
    sa_select(*COLUMNS, *(getattr(Chiropractor, name) for name in PERSON))
    .outerjoin(Chiropractor, col(Chiropractor.clinic_id) == col(Clinic.id))
    .where(col(Clinic.id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Chiropractor.name), col(Chiropractor.id))
)


def nearest(
    connection: Connection,
    point: Point,
    *,
    radius: float,
    limit: int,
    taking_requests: bool = False,
) -> tuple[list[dict[str, Any]], bool]:
    """Return up to `limit` clinics, and whether they lie within `radius` miles.

    Where none does, some that lie farther. They are in the order of `ranking.rank`, among all in
    the first ring that holds `ENOUGH`. Rows have the shape of `ClinicNearby`, but for their `rank`
    (see `explain`). With `taking_requests`, only clinics count that can be asked here.
    """
    places = ASKABLE if taking_requests else PLACES
    found: list[Found] = []
    for ring in RINGS:
        found = _within(connection, places, point, ring)
        if len(found) >= max(limit, ENOUGH) or (found and ring >= radius):
            break
    within = [one for one in found if one.miles <= radius]
    chosen = {one.clinic_id: one for one in nsmallest(limit, within or found)}
    rows = {row["id"]: row for row in _rows(connection, list(chosen))}
    for clinic_id, row in rows.items():
        row["distance_miles"] = round(chosen[clinic_id].miles, 1)
    return [rows[clinic_id] for clinic_id in chosen], bool(within)


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


def by_id(connection: Connection, clinic_id: UUID) -> dict[str, Any]:
    """Return one clinic in the shape of `ClinicShown`, or raise NotFoundError."""
    rows = _rows(connection, [clinic_id])
    if not rows:
        raise NotFoundError(N_("There is no such clinic."))
    return rows[0]


def _within(
    connection: Connection, places: Select[float, float, float, UUID], point: Point, miles: float
) -> list[Found]:
    """Return each of the places in the circle, in no order."""
    found = (
        place
        for box in boxes_around(point, miles)
        for place in connection.execute(places, box._asdict()).all()
    )
    measured = (
        (distance_miles(point, Point(latitude, longitude)), handicap, clinic_id)
        for latitude, longitude, handicap, clinic_id in found
    )
    return [
        Found(distance + handicap, distance, clinic_id)
        for distance, handicap, clinic_id in measured
        if distance <= miles
    ]


def _rows(connection: Connection, ids: list[UUID]) -> list[dict[str, Any]]:
    rows: dict[UUID, dict[str, Any]] = {}
    for values in connection.execute(CLINICS, {"ids": ids}).all():
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
