"""A list turned page by page is the whole list: none twice, none missing, in the same order."""

from itertools import groupby, islice
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.clinics.finding.bands import (
    A_BOOKMARK,
    ENOUGH,
    RADII,
    RINGS,
    Band,
    Bookmark,
    Found,
    in_order,
)
from referral.errors import InvalidError

# Few values, so that distances and sums are often equal.
MILES = st.one_of(st.sampled_from(RINGS[:4]), st.integers(0, 120).map(float), st.floats(0, 600))
CLINICS = st.lists(st.tuples(MILES, st.sampled_from([0.0, 1.0, 4.0, 26.0])), max_size=120)

RADIUS = st.sampled_from([*map(float, RADII), 500.0])


class Country:
    """Clinics around a point."""

    def __init__(self, drawn: list[tuple[float, float]]) -> None:
        self.all = [
            Found(miles + handicap, miles, f"{UUID(int=number)}", -1)
            for number, (miles, handicap) in enumerate(drawn)
        ]

    def read(self, miles: float) -> list[Found]:
        """Return the clinics in a circle, in no order."""
        return [one for one in self.all if one.miles <= miles]

    def pages(self, radius: float, size: int, enough: int) -> list[Found]:
        """Turn all the pages, by the text of their cursors."""
        turned: list[Found] = []
        after = None
        while page := list(islice(in_order(self.read, radius, after, enough=enough), size)):
            turned += [one for one, _ in page]
            last, band = page[-1]
            after = Bookmark.of(Bookmark(*band, len(turned), last[:3]).cursor())
        return turned


@settings(deadline=None)
@given(drawn=CLINICS, radius=RADIUS, size=st.integers(1, 12), enough=st.sampled_from([2, ENOUGH]))
def test_all_pages_together_are_the_whole_list(
    drawn: list[tuple[float, float]], radius: float, *, size: int, enough: int
) -> None:
    country = Country(drawn)

    whole = list(in_order(country.read, radius, None, enough=enough))

    assert sorted(one for one, _ in whole) == sorted(country.read(radius))
    bands = [
        (band, [one for one, _ in ones]) for band, ones in groupby(whole, lambda pair: pair[1])
    ]
    for (inner, outer), ones in bands:
        assert ones == sorted(ones)
        assert all(inner < one.miles <= outer for one in ones)
    if bands:
        (first, ones), *_ = bands
        assert len(ones) >= enough or first.outer == min(radius, RINGS[-1]) or len(bands) == 1
    assert country.pages(radius, size, enough) == [one for one, _ in whole]


def test_a_page_reads_no_farther_than_its_band() -> None:
    country = Country([(number / 5, 0) for number in range(150)])
    asked: list[float] = []

    def read(miles: float) -> list[Found]:
        asked.append(miles)
        return country.read(miles)

    first = list(islice(in_order(read, 25, None), 11))
    inside = Bookmark(*first[-1][1], 11, first[-1][0][:3])
    list(islice(in_order(read, 25, inside), 10))

    assert asked == [3, 10, 10]
    assert first[-1][1] == Band(-1, 10)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "\N{LATIN SMALL LETTER E WITH ACUTE}",
        "eHx4",
        "MXwyfDN8NHw1fDY=",
        "MXwyfDN8NHx4fDY=",
        A_BOOKMARK._replace(outer=1e9).cursor(),
        A_BOOKMARK._replace(inner=float("nan")).cursor(),
        A_BOOKMARK._replace(outer=-1.0).cursor(),
    ],
)
def test_a_cursor_of_somebody_else_is_refused_at_its_name(cursor: str) -> None:
    with pytest.raises(InvalidError) as caught:
        Bookmark.of(cursor)

    assert [(p.loc, p.code) for p in caught.value.problems] == [(("cursor",), "cursor-unknown")]


def test_a_cursor_of_a_wider_search_leads_to_nothing_beyond_the_radius() -> None:
    country = Country([(20, 0), (30, 0)])
    wider = A_BOOKMARK._replace(inner=10.0, outer=50.0, last=(0.0, 0.0, ""))

    assert [one.miles for one, _ in in_order(country.read, 25, wider)] == [20]
