"""When nothing fits: which filter to drop, or how much farther to look."""

from typing import NamedTuple

from sqlalchemy import Connection

from referral.clinics.finding.bands import RADII
from referral.clinics.finding.circles import Circle, Sought, lacking, within
from referral.clinics.traits import BITS, Trait


class Without(NamedTuple):
    """How many clinics there are when one filter is dropped."""

    trait: Trait
    clinics: int


class Farther(NamedTuple):
    """How many clinics fit within a larger radius, in miles."""

    radius: int
    clinics: int


class Advice(NamedTuple):
    """What would help where no clinic in a circle fits.

    Counted are those within `radius` miles, at most the widest of `RADII`. `without` names the
    filters of which one alone stands in the way, the most helpful first; `without_all` counts the
    clinics when all are dropped. `farther` is the least of `RADII` within which some fit.
    """

    radius: float
    without: tuple[Without, ...]
    without_all: int
    farther: Farther | None


def advise(connection: Connection, circle: Circle, sought: Sought) -> Advice:
    """Return what would help, of two readings of the index, however many filters there are."""
    counted = circle._replace(miles=min(circle.miles, RADII[-1]))
    lack = lacking(connection, sought, counted)
    counts = (Without(trait, lack[BITS[trait]]) for trait in sought.traits)
    helpful = sorted((one for one in counts if one.clinics), key=lambda one: -one.clinics)
    farther = _farther(connection, circle, sought)
    return Advice(counted.miles, tuple(helpful), lack.total(), farther)


def _farther(connection: Connection, circle: Circle, sought: Sought) -> Farther | None:
    wider = [radius for radius in RADII if radius > circle.miles]
    if not wider:
        return None
    found = within(connection, sought, circle._replace(miles=wider[-1]))
    counts = ((radius, sum(one.miles <= radius for one in found)) for radius in wider)
    return next((Farther(radius, count) for radius, count in counts if count), None)
