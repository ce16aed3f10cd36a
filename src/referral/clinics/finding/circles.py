"""The places of clinics in a circle, each clinic once: what a search by distance reads."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    String,
    bindparam,
    cast,
    literal_column,
    union_all,
)
from sqlalchemy import select as sa_select
from sqlmodel import col, select

from referral.clinics.finding.bands import Found
from referral.clinics.geography.geo import Point, boxes_around, distance_miles
from referral.clinics.models import Clinic, ClinicPlace, ClinicWord
from referral.clinics.traits import Trait, bits
from referral.clinics.words import words

# Each is one more search within the search.
MOST_WORDS = 8
AT_ITS_ADDRESS = -1
TRUE: ColumnElement[bool] = literal_column("true")
NO_PLACE: ColumnElement[int] = literal_column(f"{AT_ITS_ADDRESS}")
WANTED = bindparam("wanted", type_=BigInteger)


class Circle(NamedTuple):
    """A point and how far around it, in miles."""

    middle: Point
    miles: float


class Sought(NamedTuple):
    """Clinics that have all of the traits, and are known by all words of `name`."""

    traits: tuple[Trait, ...] = ()
    name: str = ""


def within(connection: Connection, sought: Sought, circle: Circle) -> list[Found]:
    """Return the clinics in the circle by the nearest of their places, in no order."""
    found: dict[str, Found] = {}
    for miles, handicap, clinic_id, position in _read(connection, "handicap", sought, circle):
        known = found.get(clinic_id)
        if known is None or miles < known.miles:
            found[clinic_id] = Found(miles + handicap, miles, clinic_id, position)
    return list(found.values())


def lacking(connection: Connection, sought: Sought, circle: Circle) -> Counter[int]:
    """Count the clinics in the circle by what they lack of the traits (their bits)."""
    wanted = bits(sought.traits)
    anyone = sought._replace(traits=())
    lack = {
        clinic_id: wanted & ~traits
        for _, traits, clinic_id, _ in _read(connection, "traits", anyone, circle)
    }
    return Counter(lack.values())


def _read(
    connection: Connection, column: str, sought: Sought, circle: Circle
) -> Iterator[tuple[float, Any, str, int]]:
    """Yield how far away each place in the circle is, the column, whose it is, and its position."""
    asked = sorted(words([sought.name]))[:MOST_WORDS] if sought.name else []
    given: dict[str, Any] = {f"word_{number}": word for number, word in enumerate(asked)}
    if sought.traits:
        given["wanted"] = bits(sought.traits)
    statement = _places(column, filtered=bool(sought.traits), names=len(asked))
    for box in boxes_around(*circle):
        found = connection.execute(statement, {**given, **box._asdict()})
        for latitude, longitude, value, clinic_id, position in found.all():
            miles = distance_miles(circle.middle, Point(latitude, longitude))
            if miles <= circle.miles:
                yield miles, value, clinic_id, position


@lru_cache
def _places(column: str, *, filtered: bool, names: int) -> CompoundSelect[Any]:
    """Return the statement for the places in a box, put together once.

    For ten clinics that takes longer than reading them. `names` is how many words (`word_0` and so
    on) a clinic must be known by.
    """
    value = getattr(Clinic, column)
    at_address = sa_select(
        col(Clinic.latitude), col(Clinic.longitude), value, cast(col(Clinic.id), String), NO_PLACE
    ).where(col(Clinic.is_public).is_(TRUE))
    elsewhere = (
        sa_select(
            col(ClinicPlace.latitude),
            col(ClinicPlace.longitude),
            value,
            cast(col(ClinicPlace.clinic_id), String),
            col(ClinicPlace.position),
        )
        .join(Clinic, col(Clinic.id) == col(ClinicPlace.clinic_id))
        .where(col(ClinicPlace.is_shown).is_(TRUE))
    )
    fits = (col(Clinic.traits).bitwise_and(WANTED) == WANTED,) if filtered else ()
    known = [
        col(Clinic.id).in_(
            select(ClinicWord.clinic_id).where(ClinicWord.word == bindparam(f"word_{number}"))
        )
        for number in range(names)
    ]
    return union_all(
        *(
            part.where(
                col(place.latitude).between(bindparam("south"), bindparam("north")),
                col(place.longitude).between(bindparam("west"), bindparam("east")),
                *fits,
                *known,
            )
            for part, place in ((at_address, Clinic), (elsewhere, ClinicPlace))
        )
    )
