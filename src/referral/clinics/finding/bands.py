"""The order of a list that is read in circles, and where its next page begins (pure).

Ranked against each other are the clinics of one band: first all of the smallest circle that holds
enough, then those between it and the next circle, and so on. So a page needs no more of the
country than its own band, and a short list is the beginning of a long one.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from heapq import heapify, heappop
from math import sqrt
from typing import NamedTuple, Self
from uuid import UUID

from referral.errors import InvalidError
from referral.text import N_

# Miles. Each ring is tried until one holds enough clinics; the last one holds everything.
RINGS = (3.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 2500.0, 12500.0)
# Of these a person can choose how far away.
RADII = (5, 10, 25, 50, 100)
# A ring that holds so many has enough to choose from, however few are asked for. Of those that fit
# what somebody wants, ten have to do: they are rarer, and thirty would lie far apart.
ENOUGH, ENOUGH_THAT_FIT = 30, 10
# So many clinics are shown of one list, page after page; who reads on is not looking for care.
DEEPEST = 300
NOTHING = -1.0


class Found(NamedTuple):
    """A clinic in the order of a list: what it counts as, and how far it is, in miles.

    `clinic_id` is its id as the database writes it: to make a UUID of each takes as long as to read
    them. `position` is the one of its places that is so far away: see `Clinic.places`.
    """

    counts_as: float
    miles: float
    clinic_id: str
    position: int


class Bookmark(NamedTuple):
    """Where a page begins: in which band, after how many clinics, and after which.

    As text, it is the cursor.
    """

    inner: float
    outer: float
    shown: int
    last: tuple[float, float, str]

    @classmethod
    def of(cls, cursor: str) -> Self:
        """Read a cursor; InvalidError at `cursor` where it is none of ours."""
        try:
            return cls(*_parts(cursor))
        except ValueError:
            detail = N_("Use a cursor as we gave it, with the search that it was given for.")
            raise InvalidError.at("cursor", code="cursor-unknown", detail=detail) from None

    def cursor(self) -> str:
        """Return the cursor of this place."""
        *last, clinic_id = self.last
        numbers = (self.inner, self.outer, *last, self.shown)
        text = "|".join([*map(repr, numbers), clinic_id])
        return base64.urlsafe_b64encode(text.encode()).decode()


def _parts(cursor: str) -> tuple[float, float, int, tuple[float, float, str]]:
    """Return what a cursor holds, or raise ValueError."""
    text = base64.urlsafe_b64decode(cursor.encode("ascii")).decode("ascii")
    *numbers, shown, clinic_id = text.split("|")
    inner, outer, counts_as, miles = map(float, numbers)
    if not NOTHING <= inner < outer <= RINGS[-1]:
        raise ValueError("these are not two circles")
    UUID(clinic_id)
    return inner, outer, int(shown), (counts_as, miles, clinic_id)


A_BOOKMARK = Bookmark(NOTHING, 10.0, 10, (4.2, 3.2, "0f8b1c52-6a0e-4d9b-8a3d-5e2f7c9b1a46"))


class Band(NamedTuple):
    """The space between two circles around the same point, in miles."""

    inner: float
    outer: float


def in_order(
    read: Callable[[float], list[Found]],
    radius: float,
    after: Bookmark | None,
    *,
    enough: int = ENOUGH,
) -> Iterator[tuple[Found, Band]]:
    """Yield the clinics up to `radius` miles away, or those after a bookmark, each in its band.

    `read` returns the clinics in a circle of so many miles, in no order. It is asked only for what
    is taken.
    """
    rings = [*(ring for ring in RINGS if ring < radius), min(radius, RINGS[-1])]
    if after is None:
        band, waiting = _first(read, rings, enough)
    else:
        band = Band(after.inner, min(after.outer, rings[-1]))
        waiting = [one for one in _between(read, band) if one[:3] > after.last]
    while True:
        heapify(waiting)
        while waiting:
            yield heappop(waiting), band
        ring = next((ring for ring in rings if ring > band.outer), None)
        if ring is None:
            return
        band = Band(band.outer, ring)
        waiting = _between(read, band)


def _first(
    read: Callable[[float], list[Found]], rings: Sequence[float], enough: int
) -> tuple[Band, list[Found]]:
    """Return the smallest of the circles that holds enough, or else the last, and what it holds.

    Each reading costs about the same, so the next circle is the one that should hold enough by what
    this one holds; what it holds too much is left out again.
    """
    found, ring = read(rings[0]), rings[0]
    while len(found) < enough and ring < rings[-1]:
        likely = ring * sqrt(enough / (len(found) + 1))
        ring = next((one for one in rings if one > ring and one >= likely), rings[-1])
        found = read(ring)
    miles = sorted(one.miles for one in found)
    reach = miles[enough - 1] if len(miles) >= enough else ring
    ring = next(one for one in rings if one >= reach)
    return Band(NOTHING, ring), [one for one in found if one.miles <= ring]


def _between(read: Callable[[float], list[Found]], band: Band) -> list[Found]:
    return [one for one in read(band.outer) if one.miles > band.inner]
