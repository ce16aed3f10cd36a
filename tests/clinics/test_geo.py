"""Distances and search boxes: known figures, and promises for every point of the globe."""

from math import asin, atan2, cos, degrees, pi, radians, sin

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from referral.clinics.geography.geo import (
    EARTH_RADIUS_MILES,
    Box,
    Point,
    boxes_around,
    distance_miles,
    parse_point,
)
from referral.errors import InvalidError

CHICAGO, NEW_YORK = Point(41.8781, -87.6298), Point(40.7128, -74.0060)

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
radii = st.floats(0, 13_000) | st.floats(0, 60)
HALF_ROUND = pi * EARTH_RADIUS_MILES


def test_one_degree_of_latitude_is_about_69_miles() -> None:
    assert distance_miles(Point(40, -100), Point(41, -100)) == pytest.approx(69.09, abs=0.01)


def test_new_york_is_about_711_miles_from_chicago() -> None:
    assert distance_miles(CHICAGO, NEW_YORK) == pytest.approx(711, abs=2)


def test_the_short_way_crosses_the_180th_meridian() -> None:
    assert distance_miles(Point(0, 179.5), Point(0, -179.5)) == pytest.approx(69.09, abs=0.01)


@settings(deadline=None)
@given(points, points)
def test_distance_is_the_same_both_ways_and_never_more_than_half_round_the_globe(
    a: Point, b: Point
) -> None:
    assert distance_miles(a, b) == pytest.approx(distance_miles(b, a), abs=1e-9)
    assert 0 <= distance_miles(a, b) <= HALF_ROUND + 1e-9


@settings(deadline=None)
@given(points)
def test_a_point_is_no_distance_from_itself(a: Point) -> None:
    assert distance_miles(a, a) == 0


@settings(deadline=None)
@given(points, points, points)
def test_a_detour_is_never_shorter(a: Point, b: Point, c: Point) -> None:
    # Near the far side of the globe the formula is good to about a foot.
    assert distance_miles(a, c) <= distance_miles(a, b) + distance_miles(b, c) + 2e-4


@settings(deadline=None, max_examples=300)
@given(points, points, st.floats(0, 1000))
@example(Point(89.9, 0), Point(89.9, 180), 0)
@example(Point(51.9, 179.9), Point(51.9, -179.9), 0)
def test_every_point_within_the_distance_is_in_a_box(a: Point, b: Point, spare: float) -> None:
    miles = distance_miles(a, b) + spare
    assert any(box.holds(b) for box in boxes_around(a, miles))


@settings(deadline=None, max_examples=300)
@given(points, st.floats(0, 360), radii)
def test_the_rim_of_the_circle_is_in_a_box(a: Point, bearing: float, miles: float) -> None:
    rim = _travel(a, bearing, miles)
    assert any(box.holds(rim) for box in boxes_around(a, distance_miles(a, rim)))


@settings(deadline=None)
@given(points, radii)
def test_boxes_stay_on_the_globe(a: Point, miles: float) -> None:
    for box in boxes_around(a, miles):
        assert -90 <= box.south <= box.north <= 90
        assert -180 <= box.west <= box.east <= 180


def test_a_box_is_tight_away_from_the_poles() -> None:
    (box,) = boxes_around(CHICAGO, 25)
    assert box.north - CHICAGO.latitude == pytest.approx(0.3618, abs=0.0005)
    assert box.east - CHICAGO.longitude == pytest.approx(0.486, abs=0.001)


def test_the_aleutians_need_two_boxes() -> None:
    west, east = boxes_around(Point(52, -179.9), 25)
    assert (west.west, east.east) == (-180, 180)
    assert east.west == pytest.approx(179.51, abs=0.01)
    east, west = boxes_around(Point(52, 179.9), 25)
    assert (east.east, west.west) == (180, -180)
    assert west.east == pytest.approx(-179.51, abs=0.01)


def test_a_circle_around_a_pole_has_every_longitude() -> None:
    (box,) = boxes_around(Point(89.9, 10), 25)
    assert (box.north, box.west, box.east) == (90, -180, 180)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("41.88,-87.63", Point(41.88, -87.63)),
        (" 41.88 , -87.63 ", Point(41.88, -87.63)),
        ("+0,180", Point(0, 180)),
        ("-90,-180.0", Point(-90, -180)),
    ],
)
def test_a_point_is_read(text: str, point: Point) -> None:
    assert parse_point(text) == point


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "point-malformed"),
        ("41.88", "point-malformed"),
        ("41.88;-87.63", "point-malformed"),
        ("41.88,-87.63,0", "point-malformed"),
        ("nan,inf", "point-malformed"),
        ("1e1,1e1", "point-malformed"),
        ("٤١,٨٧", "point-malformed"),
        ("90.01,0", "point-out-of-range"),
        ("-90.01,0", "point-out-of-range"),
        ("0,-180.5", "point-out-of-range"),
    ],
)
def test_what_is_not_a_point_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_point(text)
    (problem,) = caught.value.problems
    assert (problem.loc, problem.code) == (("near",), code)


@settings(deadline=None)
@given(st.text())
def test_any_text_gives_a_point_on_the_globe_or_invalid_error(text: str) -> None:
    try:
        point = parse_point(text)
    except InvalidError:
        return
    assert Box(-90, 90, -180, 180).holds(point)


def _travel(start: Point, bearing: float, miles: float) -> Point:
    """Walk `miles` from `start` by vectors, not by the formulas under test."""
    angle, lat, course = miles / EARTH_RADIUS_MILES, radians(start.latitude), radians(bearing)
    end = asin(min(1, max(-1, sin(lat) * cos(angle) + cos(lat) * sin(angle) * cos(course))))
    turn = atan2(sin(course) * sin(angle) * cos(lat), cos(angle) - sin(lat) * sin(end))
    longitude = (start.longitude + degrees(turn) + 540) % 360 - 180
    return Point(degrees(end), longitude)
