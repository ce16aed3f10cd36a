"""Where a person says they are: a ZIP code, or a city as people write it."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.clinics.geography.gazetteer import (
    STATES,
    AmbiguousPlaceError,
    Gazetteer,
    key,
    words_of,
)
from referral.clinics.geography.geo import Point, distance_miles
from referral.errors import InvalidError

DATA = Path(__file__).parents[2] / "data"
GAZETTEER = Gazetteer.load(DATA)
CITIES = [
    line.split(",") for line in (DATA / "cities.csv").read_text(encoding="ascii").splitlines()[1:]
]


def test_the_table_is_sorted_as_it_is_searched_and_each_city_has_a_zip_that_we_know() -> None:
    found = [(key(words_of(name)), state) for name, state, _ in CITIES]

    assert len(CITIES) == 29_540
    assert found == sorted(set(found))
    assert {state for _, state, _ in CITIES} == STATES.keys()
    assert all(code in GAZETTEER.zips for _, _, code in CITIES)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("60601", "60601"),
        (" 60601-1234 ", "60601"),
        ("Laramie, WY", "Laramie, WY"),
        ("Laramie Wyoming", "Laramie, WY"),
        ("laramie wy", "Laramie, WY"),
        ("LARAMIE,WYOMING", "Laramie, WY"),
        ("Laramie", "Laramie, WY"),
        ("Laramie,", "Laramie, WY"),
        ("St. Louis, MO", "Saint Louis, MO"),
        ("st louis missouri", "Saint Louis, MO"),
        ("Ft Worth TX", "Fort Worth, TX"),
        ("N. Little Rock, AR", "North Little Rock, AR"),
        ("Charleston West Virginia", "Charleston, WV"),
        ("Washington, D.C.", "Washington, DC"),
        ("Washington District of Columbia", "Washington, DC"),
        ("New York", "New York, NY"),
        ("New York City, NY", "New York, NY"),
        ("Carson City Nevada", "Carson City, NV"),
        ("Port Washington NY", "Port Washington, NY"),
        ("winston salem", "Winston-Salem, NC"),
        ("Coeur d\N{RIGHT SINGLE QUOTATION MARK}Alene ID", "Coeur d'Alene, ID"),
        ("o fallon mo", "O'Fallon, MO"),
        ("Mc Allen TX", "McAllen, TX"),
        ("Ca\N{LATIN SMALL LETTER N WITH TILDE}on City, CO", "Canon City, CO"),
    ],
)
def test_a_place_is_found_as_people_write_it(text: str, name: str) -> None:
    assert GAZETTEER.find(text).name == name


@pytest.mark.parametrize(
    ("city", "point"),
    [
        ("Chicago, IL", Point(41.88, -87.63)),
        ("El Paso, TX", Point(31.76, -106.49)),
        ("Laramie, WY", Point(41.31, -105.59)),
        ("Honolulu, HI", Point(21.31, -157.86)),
    ],
)
def test_a_city_lies_where_its_middle_is(city: str, point: Point) -> None:
    assert distance_miles(GAZETTEER.find(city).point, point) < 5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("606", "zip-malformed"),
        ("00000", "zip-unknown"),
        ("", "place-unknown"),
        (" , ", "place-unknown"),
        ("WY", "place-unknown"),
        ("Laramie, TX", "place-unknown"),
        ("Laramie, Nowhere", "place-unknown"),
        ("Atlantis", "place-unknown"),
        ("Kansas City", "place-ambiguous"),
    ],
)
def test_a_place_that_is_none_is_refused_at_its_field(text: str, code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        GAZETTEER.find(text)

    assert [(p.loc, p.code) for p in caught.value.problems] == [(("place",), code)]


def test_a_city_of_several_states_names_them() -> None:
    with pytest.raises(AmbiguousPlaceError) as caught:
        GAZETTEER.find("st louis")

    assert (caught.value.city, caught.value.states) == ("Saint Louis", ("MI", "MO", "OK"))
    assert caught.value.detail.endswith("MI, MO, OK.")


@settings(deadline=None)
@given(st.text())
def test_whatever_is_typed_is_a_place_or_refused_and_never_repeated(text: str) -> None:
    with suppress(InvalidError):
        assert GAZETTEER.find(text).name
    with pytest.raises(InvalidError) as caught:
        GAZETTEER.find(f"Atlantis \xab{text}")
    assert "\xab" not in caught.value.detail


def test_another_file_is_not_taken_for_the_table(tmp_path: Path) -> None:
    (tmp_path / "cities.csv").write_text("city,zip\nLaramie,82070\n", encoding="ascii")

    with pytest.raises(ValueError, match="should start with"):
        Gazetteer.load(tmp_path)
