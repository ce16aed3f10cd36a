"""Reads where a person says they are: a ZIP code, or a city and its state (pure but for `load`)."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, takewhile
from pathlib import Path
from typing import NamedTuple, Self
from unicodedata import normalize

from referral.clinics.geography.geo import Point
from referral.clinics.geography.zips import ZipCentroids
from referral.errors import InvalidError, Problem
from referral.languages import words
from referral.text import N_

LONGEST = 60
STATES: Mapping[str, str] = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "DC": "District of Columbia",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
}
SEVERAL = N_("There are cities of this name in several states. Add one of these: %(states)s.")
UNKNOWN = N_("We do not know that place. Enter a ZIP code, or a city and its state.")
_HEADER = "name,state,zip"
_DIGIT = re.compile(r"[0-9]", re.ASCII)
_WORD = re.compile(r"[a-z0-9]+")
_SHORT: Mapping[str, str] = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
# Only at the beginning: elsewhere a letter alone may be one of a name.
_SIDES: Mapping[str, str] = {"n": "north", "s": "south", "e": "east", "w": "west"}
_STATES = {
    written.casefold().replace(" ", ""): code
    for code, name in STATES.items()
    for written in (code, name)
}


class Spot(NamedTuple):
    """A place as it is shown to people, and its middle."""

    name: str
    point: Point


class AmbiguousPlaceError(InvalidError):
    """422: cities in several `states` (such as MO) have the name `city`."""

    def __init__(self, city: str, states: Sequence[str]) -> None:
        detail = words(SEVERAL, states=", ".join(states))
        code = "place-ambiguous"
        super().__init__([Problem(("place",), code, detail)], code=code)
        self.city, self.states = city, tuple(states)


class Gazetteer:
    """The table of cities, about 29,500 lines kept as text, beside that of ZIP codes."""

    def __init__(self, zips: ZipCentroids, lines: Sequence[str]) -> None:
        self.zips = zips
        self._lines = lines

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `zip_centroids.csv` and `cities.csv`: columns name, state, zip; sorted by `key`.

        Raises ValueError when a file has other columns, OSError when it cannot be read.
        """
        header, *lines = (folder / "cities.csv").read_text("ascii").splitlines() or [""]
        if header != _HEADER:
            raise ValueError(f"cities.csv should start with the line {_HEADER}")
        return cls(ZipCentroids.load(folder / "zip_centroids.csv"), lines)

    def find(self, text: str) -> Spot:
        """Return the place of a ZIP code, or of a city as people write it.

        The state may be left out where only one has a city of this name. Raises InvalidError at
        `place`: `zip-malformed`, `zip-unknown`, `place-unknown`, or AmbiguousPlaceError.
        """
        if _DIGIT.search(text):
            try:
                place = self.zips.find(text)
            except InvalidError as error:
                raise InvalidError.at("place", code=error.reason, detail=error.detail) from None
            return Spot(place.zip, place.point)
        found = next(filter(None, map(self._cities, _readings(text))), [])
        if not found:
            raise InvalidError.at("place", code="place-unknown", detail=UNKNOWN)
        if len(found) > 1:
            raise AmbiguousPlaceError(found[0][0], [state for _, state, _ in found])
        (name, state, code), *_ = found
        return Spot(f"{name}, {state}", self.zips.find(code).point)

    def _cities(self, reading: tuple[str, str | None]) -> list[list[str]]:
        """Return name, state and ZIP of each city of this key, of one state if it is given."""
        wanted, state = reading
        first = bisect_left(self._lines, wanted, key=_key_of)
        same = takewhile(lambda line: _key_of(line) == wanted, islice(self._lines, first, None))
        return [row for row in (line.split(",") for line in same) if state in {None, row[1]}]


def key(words: Iterable[str]) -> str:
    """Return what all ways to write a city's name have in common, such as saintlouis."""
    first, *others = (_SHORT.get(word, word) for word in words)
    return "".join([_SIDES.get(first, first), *others])


def words_of(text: str) -> list[str]:
    """Return the words of a name in small letters, without accents and apostrophes."""
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return _WORD.findall(plain.replace("'", ""))


def _key_of(line: str) -> str:
    return key(words_of(line.partition(",")[0]))


def _readings(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield what may be meant, the likeliest first: the key of a city, and its state if named."""
    before, comma, _ = text.rpartition(",")
    words = words_of(text)
    ends = (len(words_of(before)),) if comma else range(max(1, len(words) - 3), len(words) + 1)
    for end in ends:
        city, state = words[:end], "".join(words[end:])
        if city and (not state or state in _STATES):
            yield key(city), _STATES.get(state)
            # Some cities are called so that are not written so, as New York.
            if city[1:] and city[-1] == "city":
                yield key(city[:-1]), _STATES.get(state)
