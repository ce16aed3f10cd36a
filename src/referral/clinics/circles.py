"""The places of clinics in a circle, each clinic once: what a search by distance reads."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    bindparam,
    literal_column,
    union_all,
)
from sqlalchemy import select as sa_select
from sqlmodel import col, select

from referral.clinics.geo import Point, boxes_around, distance_miles
from referral.clinics.models import Clinic, ClinicPlace, ClinicWord
from referral.clinics.standing import Accepting, Standing

AT_ITS_ADDRESS = -1
TRUE: ColumnElement[bool] = literal_column("true")
FALSE: ColumnElement[bool] = literal_column("false")
NO_PLACE: ColumnElement[int] = literal_column(f"{AT_ITS_ADDRESS}")
BY_ADDRESS = sa_select(
    col(Clinic.latitude), col(Clinic.longitude), col(Clinic.handicap), col(Clinic.id), NO_PLACE
).where(col(Clinic.is_public).is_(TRUE))
BY_PLACE = (
    sa_select(
        col(ClinicPlace.latitude),
        col(ClinicPlace.longitude),
        col(Clinic.handicap),
        col(ClinicPlace.clinic_id),
        col(ClinicPlace.position),
    )
    .join(Clinic, col(Clinic.id) == col(ClinicPlace.clinic_id))
    .where(col(ClinicPlace.is_shown).is_(TRUE))
)
# As `takes_requests` says it.
ASKABLE = (
    col(Clinic.standing) == Standing.JOINED,
    col(Clinic.accepting) != Accepting.NO,
    col(Clinic.paused).is_(FALSE),
)


class Circle(NamedTuple):
    """A point and how far around it, in miles."""

    middle: Point
    miles: float


class Found(NamedTuple):
    """A clinic in the order of a list: what it counts as, and how far it is, in miles.

    `position` is the one of its places that is so far away: see `Clinic.places`.
    """

    counts_as: float
    miles: float
    clinic_id: UUID
    position: int


@lru_cache
def places(*, askable: bool, names: int) -> CompoundSelect[Any]:
    """Return the statement for the places in a box, put together once.

    For ten clinics that takes longer than reading them. `names` is how many words (`word_0` and so
    on) a clinic must be known by.
    """
    parts = []
    for part, place in ((BY_ADDRESS, Clinic), (BY_PLACE, ClinicPlace)):
        inside = part.where(
            col(place.latitude).between(bindparam("south"), bindparam("north")),
            col(place.longitude).between(bindparam("west"), bindparam("east")),
            *(ASKABLE if askable else ()),
        )
        for number in range(names):
            known = select(ClinicWord.clinic_id).where(
                ClinicWord.word == bindparam(f"word_{number}")
            )
            inside = inside.where(col(Clinic.id).in_(known))
        parts.append(inside)
    return union_all(*parts)


def within(
    connection: Connection, statement: CompoundSelect[Any], given: Mapping[str, str], ring: Circle
) -> list[Found]:
    """Return the clinics in the circle by the nearest of their places, in no order."""
    found: dict[UUID, Found] = {}
    for box in boxes_around(*ring):
        for latitude, longitude, handicap, clinic_id, position in connection.execute(
            statement, {**given, **box._asdict()}
        ).all():
            miles = distance_miles(ring.middle, Point(latitude, longitude))
            known = found.get(clinic_id)
            if miles <= ring.miles and (known is None or miles < known.miles):
                found[clinic_id] = Found(miles + handicap, miles, clinic_id, position)
    return list(found.values())
