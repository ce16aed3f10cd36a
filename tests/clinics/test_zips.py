"""ZIP codes: found in the real table, or refused in plain words."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.clinics.geography.geo import Point, distance_miles
from referral.clinics.geography.zips import ZipCentroids
from referral.errors import InvalidError

TABLE = Path(__file__).parents[2] / "data" / "zip_centroids.csv"
ZIPS = ZipCentroids.load(TABLE)


def test_the_whole_table_is_there_sorted_and_each_line_can_be_found() -> None:
    codes = [line[:5] for line in TABLE.read_text(encoding="ascii").splitlines()[1:]]
    assert len(codes) == len(ZIPS) == 41_903
    assert codes == sorted(set(codes))
    assert [ZIPS.find(code).zip for code in codes] == codes


# The coordinates of the landmarks are rough; they do not come from the table under test.
@pytest.mark.parametrize(
    ("code", "landmark", "timezone"),
    [
        ("60606", Point(41.879, -87.636), "America/Chicago"),  # Willis Tower
        ("98109", Point(47.620, -122.349), "America/Los_Angeles"),  # Space Needle
        ("63102", Point(38.625, -90.185), "America/Chicago"),  # Gateway Arch
        ("85004", Point(33.448, -112.074), "America/Phoenix"),  # Phoenix, which keeps no DST
        ("96815", Point(21.276, -157.827), "Pacific/Honolulu"),  # Waikiki
        ("00901", Point(18.466, -66.118), "America/Puerto_Rico"),  # Old San Juan
    ],
)
def test_a_zip_lies_within_three_miles_of_its_landmark(
    code: str, landmark: Point, timezone: str
) -> None:
    place = ZIPS.find(code)
    assert distance_miles(place.point, landmark) < 3
    assert place.timezone == timezone


@pytest.mark.parametrize("text", ["10001", " 10001 ", "10001-1234", "100011234", "10001\n"])
def test_zip_plus_4_and_spaces_around_are_fine(text: str) -> None:
    assert ZIPS.find(text).zip == "10001"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "zip-malformed"),
        ("1000", "zip-malformed"),
        ("100011", "zip-malformed"),
        ("1000a", "zip-malformed"),
        ("10001-12", "zip-malformed"),
        ("10 001", "zip-malformed"),
        ("\u0661\u0660\u0660\u0660\u0661", "zip-malformed"),
        ("00000", "zip-unknown"),
        ("99999", "zip-unknown"),
        ("60600", "zip-unknown"),
    ],
)
def test_a_wrong_zip_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        ZIPS.find(text)
    (problem,) = caught.value.problems
    assert (problem.loc, problem.code) == (("zip",), code)


@settings(deadline=None)
@given(st.text())
def test_what_was_typed_is_never_repeated(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        ZIPS.find(f"«{text}»")
    assert "«" not in caught.value.detail


@pytest.mark.parametrize("content", ["", "zip,lat,lon\n10001,40.7,-74.0\n"])
def test_another_file_is_not_taken_for_the_table(tmp_path: Path, content: str) -> None:
    other = tmp_path / "other.csv"
    other.write_text(content, encoding="ascii")
    with pytest.raises(ValueError, match="should start with"):
        ZipCentroids.load(other)
