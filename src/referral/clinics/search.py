"""Finding clinics: the nearest ones, and one by its id."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from referral.clinics.geo import Box, Point, boxes_around, distance_miles
from referral.clinics.models import Accepting, Chiropractor, Clinic, Standing
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
    "hours",
    "languages",
    "techniques",
)
COLUMNS = tuple(getattr(Clinic, name) for name in NAMES)
Distances = list[tuple[float, UUID]]


def nearest(
    session: Session, point: Point, *, radius: float, limit: int, taking_requests: bool = False
) -> tuple[list[dict[str, Any]], bool]:
    """Return up to `limit` clinics, nearest first, and whether they lie within `radius` miles.

    Where none does, the nearest anyway. Rows have the shape of `ClinicNearby`. With
    `taking_requests`, only clinics count that can be asked here.
    """
    found: Distances = []
    for ring in RINGS:
        found = _within(session, point, ring, taking_requests=taking_requests)
        if len(found) >= limit or (found and ring >= radius):
            break
    within = [(miles, clinic_id) for miles, clinic_id in found if miles <= radius]
    miles_of = {clinic_id: miles for miles, clinic_id in (within or found)[:limit]}
    rows = _rows(session, col(Clinic.id).in_(miles_of))
    for row in rows:
        row["distance_miles"] = round(miles_of[row["id"]], 1)
    rows.sort(key=lambda row: (miles_of[row["id"]], row["name"]))
    return rows, bool(within)


def by_id(session: Session, clinic_id: UUID) -> dict[str, Any]:
    """Return one clinic in the shape of `ClinicShown`, or raise NotFoundError."""
    rows = _rows(session, col(Clinic.id) == clinic_id)
    if not rows:
        raise NotFoundError(N_("There is no such clinic."))
    return rows[0]


def _within(session: Session, point: Point, miles: float, *, taking_requests: bool) -> Distances:
    """Return distance and id of every clinic in the circle, nearest first; the index has it all."""
    inside = or_(*(_inside(box) for box in boxes_around(point, miles)))
    places = sa_select(col(Clinic.latitude), col(Clinic.longitude), col(Clinic.id)).where(inside)
    if taking_requests:
        places = places.where(_can_be_asked())
    measured = (
        (distance_miles(point, Point(latitude, longitude)), clinic_id)
        for latitude, longitude, clinic_id in session.execute(places)
    )
    return sorted((distance, clinic_id) for distance, clinic_id in measured if distance <= miles)


def _can_be_asked() -> ColumnElement[bool]:
    return and_(col(Clinic.standing) == Standing.JOINED, col(Clinic.accepting) != Accepting.NO)


def _inside(box: Box) -> ColumnElement[bool]:
    return and_(
        col(Clinic.latitude).between(box.south, box.north),
        col(Clinic.longitude).between(box.west, box.east),
    )


def _rows(session: Session, chosen: ColumnElement[bool]) -> list[dict[str, Any]]:
    found = session.execute(sa_select(*COLUMNS).where(chosen)).all()
    rows = [dict(zip(NAMES, values, strict=True)) for values in found]
    people = _chiropractors(session, [row["id"] for row in rows])
    for row in rows:
        joined = row["standing"] is Standing.JOINED
        row["takes_requests"] = joined and row["accepting"] is not Accepting.NO
        row["chiropractors"] = people[row["id"]]
    return rows


def _chiropractors(session: Session, clinics: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    people: dict[UUID, list[dict[str, Any]]] = {clinic_id: [] for clinic_id in clinics}
    columns = (Chiropractor.clinic_id, Chiropractor.id, Chiropractor.name, Chiropractor.credential)
    at_these = select(*columns).where(col(Chiropractor.clinic_id).in_(clinics))
    for clinic_id, person_id, name, credential in session.exec(at_these.order_by("name", "id")):
        people[clinic_id].append({"id": person_id, "name": name, "credential": credential})
    return people
