"""A sketch of where a ZIP code lies: its middle, and those of its neighbors around it (pure).

Many middles close together are towns, and none at all are water or empty land. Some of them carry
their ZIP code, because people know those near them.
"""

from collections.abc import Callable, Iterable, Iterator
from math import atan2, cos, degrees, radians
from typing import NamedTuple

from referral.clinics.geography.geo import EARTH_RADIUS_MILES, Point
from referral.text import N_

# Units of the drawing, about a pixel of a phone each; the pin stands in the middle.
WIDTH, HEIGHT = 320, 200
MIDDLE = WIDTH // 2, HEIGHT // 2
MARGIN = 4
# How far it reaches to the north and to the south, in miles: no farther than shows enough.
REACHES = (5.0, 10.0, 20.0, 40.0)
ENOUGH = 40
# With fewer neighbors there is nothing to go by.
FEWEST = 8
BARS = (1, 2, 5, 10, 20)
# How far two codes stay apart, and a code from the pin with the name below it.
APART, CLEAR = (58, 34), (96, 30)
CODE_WIDTH = 44
MILES_IN_A_DEGREE = radians(EARTH_RADIUS_MILES)
# Every eighth of a turn, from the east on.
DIRECTIONS = (
    N_("east"),
    N_("northeast"),
    N_("north"),
    N_("northwest"),
    N_("west"),
    N_("southwest"),
    N_("south"),
    N_("southeast"),
)

Spot = tuple[int, int]
Around = Callable[[Point, float], Iterable[tuple[str, Point]]]
"""From a point and so many miles to the ZIP codes within them, and some beyond, with middles."""


class Neighbor(NamedTuple):
    """A dot that carries its code: where it stands, and in which direction from the pin."""

    x: int
    y: int
    code: str
    direction: str


class Sketch(NamedTuple):
    """What to draw: north is up, and it shows `miles_wide` from left to right.

    `dots` are all neighbors as the data of an SVG path, and a bar of `bar_length` units is
    `bar_miles`.
    """

    dots: str
    named: tuple[Neighbor, ...]
    bar_miles: int
    bar_length: int
    miles_wide: int


def draw(middle: Point, around: Around) -> Sketch | None:
    """Return the sketch with `middle` in its middle; None where hardly anything lies around it."""
    spots: dict[Spot, str] = {}
    scale = 1.0
    for reach in REACHES:
        scale = HEIGHT / 2 / reach
        spots = dict(_spots(middle, around(middle, WIDTH / 2 / scale), scale))
        if len(spots) >= ENOUGH:
            break
    if len(spots) < FEWEST:
        return None
    bar = max(miles for miles in BARS if miles * scale <= WIDTH / 4)
    return Sketch(
        dots="".join(f"M{x} {y}h0" for x, y in sorted(spots)),
        named=tuple(Neighbor(x, y, spots[x, y], _direction(x, y)) for x, y in _with_room(spots)),
        bar_miles=bar,
        bar_length=round(bar * scale),
        miles_wide=round(WIDTH / scale),
    )


def _spots(
    middle: Point, neighbors: Iterable[tuple[str, Point]], scale: float
) -> Iterator[tuple[Spot, str]]:
    """Yield where neighbors stand in the drawing, but for the one in the middle.

    As flat as a table: over so few miles the globe bends by less than a dot.
    """
    north = scale * MILES_IN_A_DEGREE
    east = north * cos(radians(middle.latitude))
    for code, point in neighbors:
        # Across the 180th meridian, too.
        turn = (point.longitude - middle.longitude + 180) % 360 - 180
        x = round(MIDDLE[0] + turn * east)
        y = round(MIDDLE[1] - (point.latitude - middle.latitude) * north)
        is_inside = MARGIN <= x <= WIDTH - MARGIN and MARGIN <= y <= HEIGHT - MARGIN
        if is_inside and (x, y) != MIDDLE:
            yield (x, y), code


def _with_room(spots: Iterable[Spot]) -> Iterator[Spot]:
    """Yield the spots whose codes have room beside them, from the middle on."""
    taken: list[Spot] = []
    for x, y in sorted(spots, key=lambda spot: (_square(spot), spot)):
        inside = x <= WIDTH - MARGIN - CODE_WIDTH and 3 * MARGIN <= y <= HEIGHT - 6 * MARGIN
        clear = _are_apart((x + CODE_WIDTH // 2, y), MIDDLE, CLEAR)
        if inside and clear and all(_are_apart((x, y), other, APART) for other in taken):
            taken.append((x, y))
            yield x, y


def _are_apart(one: Spot, other: Spot, least: Spot) -> bool:
    return abs(one[0] - other[0]) >= least[0] or abs(one[1] - other[1]) >= least[1]


def _direction(x: int, y: int) -> str:
    turn = degrees(atan2(MIDDLE[1] - y, x - MIDDLE[0]))
    return DIRECTIONS[round(turn / 45) % len(DIRECTIONS)]


def _square(spot: Spot) -> int:
    return (spot[0] - MIDDLE[0]) ** 2 + (spot[1] - MIDDLE[1]) ** 2
