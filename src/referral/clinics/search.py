"""Finding clinics: the nearest ones, and one by its id."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, literal_column
from sqlalchemy import select as sa_select
from sqlmodel import col

from referral.clinics.geo import Point, boxes_around, distance_miles
from referral.clinics.models import Chiropractor, Clinic
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
    "hours",
    "keeps_holidays",
    "closed_on",
    "languages",
    "techniques",
)
COLUMNS = tuple(getattr(Clinic, name) for name in NAMES)
Distances = list[tuple[float, UUID]]

# Put together once: for ten clinics that takes longer than reading them.
PLACES = sa_select(col(Clinic.latitude), col(Clinic.longitude), col(Clinic.id)).where(
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
    """Return up to `limit` clinics, nearest first, and whether they lie within `radius` miles.

    Where none does, the nearest anyway. Rows have the shape of `ClinicNearby`. With
    `taking_requests`, only clinics count that can be asked here.
    """
    places = ASKABLE if taking_requests else PLACES
    found: Distances = []
    for ring in RINGS:
        found = _within(connection, places, point, ring)
        if len(found) >= limit or (found and ring >= radius):
            break
    within = [(miles, clinic_id) for miles, clinic_id in found if miles <= radius]
    miles_of = {clinic_id: miles for miles, clinic_id in (within or found)[:limit]}
    rows = _rows(connection, list(miles_of))
    for row in rows:
        row["distance_miles"] = round(miles_of[row["id"]], 1)
    rows.sort(key=lambda row: (miles_of[row["id"]], row["name"]))
    return rows, bool(within)


def by_id(connection: Connection, clinic_id: UUID) -> dict[str, Any]:
    """Return one clinic in the shape of `ClinicShown`, or raise NotFoundError."""
    rows = _rows(connection, [clinic_id])
    if not rows:
        raise NotFoundError(N_("There is no such clinic."))
    return rows[0]


def _within(
    connection: Connection, places: Select[float, float, UUID], point: Point, miles: float
) -> Distances:
    """Return distance and id of each of the places in the circle, nearest first."""
    found = (
        place
        for box in boxes_around(point, miles)
        for place in connection.execute(places, box._asdict()).all()
    )
    measured = (
        (distance_miles(point, Point(latitude, longitude)), clinic_id)
        for latitude, longitude, clinic_id in found
    )
    return sorted((distance, clinic_id) for distance, clinic_id in measured if distance <= miles)


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
