"""The sketch of where a clinic lies: in its frame, to scale, and only where it shows something."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from referral.clinics.geography.geo import Point, distance_miles
from referral.clinics.geography.sketch import BARS, FEWEST, HEIGHT, WIDTH, draw
from referral.clinics.geography.zips import Place, ZipCentroids
from world import add_clinic

TABLE = Path(__file__).parents[2] / "data" / "zip_centroids.csv"
ZIPS = ZipCentroids.load(TABLE)
EVERY = [ZIPS.find(line[:5]) for line in TABLE.read_text(encoding="ascii").splitlines()[1:]]
PLACES = st.sampled_from(EVERY)


@settings(deadline=None, max_examples=15)
@given(PLACES, st.floats(0, 60))
def test_around_a_place_is_everything_within_so_many_miles(place: Place, miles: float) -> None:
    middle = place.point
    found = dict(ZIPS.around(middle, miles))
    near = {one.zip for one in EVERY if distance_miles(middle, one.point) <= miles}
    assert near <= found.keys()
    assert all(found[code] == ZIPS.find(code).point for code in found)


@settings(deadline=None, max_examples=60)
@given(PLACES)
def test_a_sketch_stays_in_its_frame_and_is_true_to_scale(place: Place) -> None:
    middle = place.point
    sketch = draw(middle, ZIPS.around)
    if sketch is None:
        return
    dots = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h0", sketch.dots)}
    assert len(dots) >= FEWEST
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in dots)
    assert sketch.bar_miles in BARS
    assert 20 <= sketch.bar_length <= WIDTH / 4
    unit = sketch.bar_miles / sketch.bar_length
    for x, y, code, direction in sketch.named:
        assert (x, y) in dots
        assert x + 48 <= WIDTH
        there = ZIPS.find(code).point
        drawn = unit * ((x - WIDTH / 2) ** 2 + (y - HEIGHT / 2) ** 2) ** 0.5
        # A dot stands on a full unit, and the bar ends on one.
        assert drawn == pytest.approx(distance_miles(middle, there), rel=0.05, abs=1.5 * unit)
        assert "north" not in direction or there.latitude > middle.latitude
        assert "south" not in direction or there.latitude < middle.latitude


def test_across_the_180th_meridian_east_is_to_the_right() -> None:
    east = [(f"{number:05d}", Point(51.9 + number / 100, -179.6)) for number in range(FEWEST)]
    sketch = draw(Point(51.9, 179.4), lambda _middle, _miles: east)
    assert sketch
    assert {one.direction for one in sketch.named} == {"east"}


@pytest.mark.parametrize("zip_code", ["99723", "99546"])
def test_where_hardly_anything_lies_around_there_is_no_sketch(zip_code: str) -> None:
    assert draw(ZIPS.find(zip_code).point, ZIPS.around) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("zip_code", "drawn"), [("10001", True), ("99723", False), ("00000", False)]
)
def test_the_page_has_a_sketch_in_words_too_where_the_zip_code_is_known(
    client: TestClient, zip_code: str, *, drawn: bool
) -> None:
    page = client.get(f"/clinics/{add_clinic(client, postal_code=zip_code)}").text
    assert ("Where it is" in page) is ('role="img"' in page) is drawn
    assert (f"The pin is the middle of ZIP code {zip_code}." in page) is drawn
    assert not re.search(r"\sstyle=|\ssrc=", page)
