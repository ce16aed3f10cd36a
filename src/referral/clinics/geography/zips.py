"""Looks up where a ZIP code lies and which clock it keeps, in a table read from disk once."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self

from referral.clinics.geography.geo import Point, boxes_around, distance_miles
from referral.errors import InvalidError
from referral.text import N_

_ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
_HEADER = "zip,latitude,longitude,timezone"


class Place(NamedTuple):
    """A ZIP code (five digits), its middle, and its IANA time zone.

    The middle is within about 3 km of an address in a town, and farther off in the country.
    """

    zip: str
    point: Point
    timezone: str


class ZipCentroids:
    """The table of ZIP codes: about 42,000 lines kept as text, each split only when asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `data/zip_centroids.csv`: columns zip, latitude, longitude, timezone; sorted by zip.

        Raises ValueError when the file has other columns, OSError when it cannot be read.
        """
        header, *lines = path.read_text(encoding="ascii").splitlines() or [""]
        if header != _HEADER:
            raise ValueError(f"{path.name} should start with the line {_HEADER}")
        return cls(lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, code: str) -> bool:
        """Tell whether these five digits are a ZIP code of the table."""
        return self._line(code) is not None

    def find(self, text: str) -> Place:
        """Return the place of a ZIP code; ZIP+4 and spaces around it are fine.

        Raises InvalidError at `zip`: `zip-malformed`, or `zip-unknown`.
        """
        match = _ZIP.fullmatch(text.strip())
        if match is None:
            raise InvalidError.at(
                "zip", code="zip-malformed", detail=N_("A ZIP code has five digits, such as 60601.")
            )
        line = self._line(match[1])
        if line is None:
            raise InvalidError.at(
                "zip",
                code="zip-unknown",
                detail=N_("We do not know that ZIP code. Check the five digits."),
            )
        code, latitude, longitude, timezone = line.split(",")
        return Place(code, Point(float(latitude), float(longitude)), timezone)

    def nearest(self, point: Point, *, miles: float) -> str | None:
        """Return the ZIP code whose middle is nearest to a point; None: about `miles` hold none."""
        middles = (
            (distance_miles(point, middle), code) for code, middle in self.around(point, miles)
        )
        return min(middles, default=(miles, None))[1]

    def around(self, point: Point, miles: float) -> Iterator[tuple[str, Point]]:
        """Yield the ZIP codes in the square around `point` that reaches so far, with middles."""
        latitudes, longitudes, lines = self._by_latitude
        for box in boxes_around(point, miles):
            first, last = bisect_left(latitudes, box.south), bisect_right(latitudes, box.north)
            for index in range(first, last):
                if box.west <= longitudes[index] <= box.east:
                    code = self._lines[lines[index]][:5]
                    yield code, Point(latitudes[index], longitudes[index])

    @cached_property
    def _by_latitude(self) -> tuple[Sequence[float], Sequence[float], Sequence[int]]:
        """Latitudes in order, and beside each its longitude and its line: 1 MB, made when asked."""
        points = (line.split(",", 3)[1:3] for line in self._lines)
        ordered = sorted(
            (float(latitude), float(longitude), line)
            for line, (latitude, longitude) in enumerate(points)
        )
        latitudes, longitudes, lines = zip(*ordered, strict=True)
        return array("d", latitudes), array("d", longitudes), array("L", lines)

    def _line(self, code: str) -> str | None:
        prefix = f"{code},"
        index = bisect_left(self._lines, prefix)
        if index < len(self._lines) and self._lines[index].startswith(prefix):
            return self._lines[index]
        return None
