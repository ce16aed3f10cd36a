"""Distances on the globe and the boxes that make a database search for them fast (pure)."""

import re
from math import asin, cos, degrees, pi, radians, sin, sqrt
from typing import NamedTuple

from referral.errors import InvalidError
from referral.text import N_

# Mean radius of the earth, 6371.0088 km (IUGG), in statute miles of 1.609344 km.
EARTH_RADIUS_MILES = 6371.0088 / 1.609344

# Widens every box by about 2 feet, so that rounding can never push a point on the rim outside.
_MARGIN = 1e-7

_POINT = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*,\s*([+-]?\d{1,3}(?:\.\d+)?)\s*", re.ASCII)


class Point(NamedTuple):
    """A place on the globe, in degrees: latitude -90 to 90, longitude -180 to 180."""

    latitude: float
    longitude: float


class Box(NamedTuple):
    """A range of latitudes and longitudes, in degrees, edges included; west is never above east."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, point: Point) -> bool:
        """Tell whether `point` lies in the box or on its edge."""
        return (
            self.south <= point.latitude <= self.north and self.west <= point.longitude <= self.east
        )


def distance_miles(a: Point, b: Point) -> float:
    """Return the great-circle distance in statute miles, by the haversine formula.

    The earth is taken as a sphere, which is wrong by at most about 0.5 percent.
    """
    lat_a, lat_b = radians(a.latitude), radians(b.latitude)
    half_lat = (lat_b - lat_a) / 2
    half_lon = radians(b.longitude - a.longitude) / 2
    haversine = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_MILES * asin(min(1.0, sqrt(haversine)))


def boxes_around(point: Point, miles: float) -> tuple[Box, ...]:
    """Return the one or two boxes that together hold every point within `miles` of `point`.

    Two where the circle crosses the 180th meridian, as in the Aleutian Islands. A circle around a
    pole gets every longitude. `miles` is 0 or more.
    """
    radius = miles / EARTH_RADIUS_MILES + _MARGIN
    south = max(-90.0, point.latitude - degrees(radius))
    north = min(90.0, point.latitude + degrees(radius))
    half_width = _half_width(radius, radians(point.latitude))
    west, east = point.longitude - half_width, point.longitude + half_width
    if half_width >= 180:  # noqa: PLR2004 - half a turn, in degrees
        return (Box(south, north, -180.0, 180.0),)
    if west < -180:  # noqa: PLR2004 - the 180th meridian, in degrees
        return Box(south, north, -180.0, east), Box(south, north, west + 360, 180.0)
    if east > 180:  # noqa: PLR2004 - the 180th meridian, in degrees
        return Box(south, north, west, 180.0), Box(south, north, -180.0, east - 360)
    return (Box(south, north, west, east),)


def parse_point(text: str) -> Point:
    """Read `latitude,longitude` in decimal degrees, such as `41.88,-87.63`.

    Raises InvalidError at `near`: `point-malformed`, or `point-out-of-range`.
    """
    match = _POINT.fullmatch(text)
    if match is None:
        raise InvalidError.at(
            "near",
            code="point-malformed",
            detail=N_("Give latitude and longitude with a comma between, such as 41.88,-87.63."),
        )
    point = Point(float(match[1]), float(match[2]))
    if not Box(-90, 90, -180, 180).holds(point):
        raise InvalidError.at(
            "near",
            code="point-out-of-range",
            detail=N_("Latitude goes from -90 to 90, longitude from -180 to 180."),
        )
    return point


def _half_width(radius: float, latitude: float) -> float:
    """Return how far the circle reaches to the east, in degrees; half a turn where it is all round.

    `radius` is the angle at the earth's center, in radians like `latitude`. The widest part of a
    circle lies nearer to the pole than its center does, so cos(latitude) alone would be too narrow.
    """
    if radius + abs(latitude) >= pi / 2:
        return 180.0
    return degrees(asin(min(1.0, sin(radius) / cos(latitude))))
