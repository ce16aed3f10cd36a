"""Reads the public part of the directory, clinic by clinic, for a list that goes out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from referral.clinics.exchange.entries import Bearings, Branch, Entry, Person
from referral.clinics.geography.addresses import Location
from referral.clinics.geography.geo import Point
from referral.clinics.models import Chiropractor, Clinic, ClinicPlace
from referral.web.phones import e164

BATCH = 500
# Never among them: `email`, and what is measured or decided here.
_COPIED = (
    *("id", "npi", "name", "address_1", "address_2", "city", "state", "postal_code", "country"),
    *("timezone", "accepting", "keeps_holidays", "hours", "prices"),
)
_SEVERAL = (*("closed_on", "languages", "techniques", "accessibility", "insurance", "other_names"),)
_COLUMNS = (*_COPIED, *_SEVERAL, "phone", "latitude", "longitude", "places")
_OF_PEOPLE = (col(Chiropractor.clinic_id), col(Chiropractor.name), col(Chiropractor.credential))
_OF_PLACES = tuple(
    getattr(ClinicPlace, name) for name in ("clinic_id", "position", "latitude", "longitude")
)
_PUBLIC = col(Clinic.is_public)


def count(session: Session) -> int:
    """Return how many clinics `entries` yields in the same transaction."""
    found: int = session.execute(sa_select(func.count()).where(_PUBLIC)).scalar_one()
    return found


def entries(session: Session, bearings: Bearings) -> Iterator[Entry]:
    """Yield every public clinic in the order of ids, some hundred at a time in memory."""
    columns = sa_select(*(getattr(Clinic, name) for name in _COLUMNS)).where(_PUBLIC)
    some = columns.order_by(col(Clinic.id)).limit(BATCH)
    following = some
    while rows := session.execute(following).all():
        ids = [row.id for row in rows]
        people, points = _people(session, ids), _points(session, ids)
        for row in rows:
            yield _entry(row, people.get(row.id, []), points.get(row.id, {}), bearings)
        following = some.where(col(Clinic.id) > ids[-1])


def _people(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, list[Person]]:
    found: dict[UUID, list[Person]] = {}
    mine = col(Chiropractor.clinic_id).in_(ids)
    for row in session.execute(sa_select(*_OF_PEOPLE).where(mine)):
        found.setdefault(row.clinic_id, []).append(Person(row.name, row.credential))
    return found


def _points(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Mapping[int, Point]]:
    found: dict[UUID, dict[int, Point]] = {}
    mine = col(ClinicPlace.clinic_id).in_(ids)
    for row in session.execute(sa_select(*_OF_PLACES).where(mine)):
        point = Point(row.latitude, row.longitude)
        found.setdefault(row.clinic_id, {})[row.position] = point
    return found


def _entry(
    row: Row[Any], people: Sequence[Person], points: Mapping[int, Point], bearings: Bearings
) -> Entry:
    copied: dict[str, Any] = {name: getattr(row, name) for name in _COPIED}
    several: dict[str, Any] = {name: tuple(getattr(row, name)) for name in _SEVERAL}
    return Entry(
        **copied,
        **several,
        point=Point(row.latitude, row.longitude),
        phone=e164(row.phone, row.country) or "",
        # In an order that does not depend on the database.
        people=tuple(sorted(people)),
        branches=tuple(_branches(row, points, bearings)),
    )


def _branches(row: Row[Any], points: Mapping[int, Point], bearings: Bearings) -> Iterator[Branch]:
    """Yield the other places; one that lies nowhere that we know is left out."""
    for position, place in enumerate(row.places):
        location = Location(**place | {"phone": e164(place["phone"], row.country) or ""})
        point = points.get(position) or bearings.locate(row.country, location.postal_code, None)
        if point is not None:
            yield Branch(location, point)
