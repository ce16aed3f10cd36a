"""The page on security names only tests and files that are there, and its totals are right."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
STATUSES = ("yes", "part", "no", "n/a", "operator")
FILES = re.compile(r"`((?:tests|src|docs|\.ci)/[^`]+|[A-Z]\w+file|[\w.-]+\.(?:lock|toml|yml|md))`")
NAMED = sorted(set(FILES.findall(PAGE)))


@pytest.mark.parametrize("named", NAMED)
def test_what_it_names_is_there(named: str) -> None:
    file, _, test = named.partition("::")
    path = ROOT / file
    assert path.exists()
    assert not test or f"def {test}(" in path.read_text(encoding="utf-8")


def test_it_goes_through_level_2_point_by_point_and_adds_up() -> None:
    numbers = [number for number, _, _ in ROWS]
    # Of 278 points that are not deleted, 18 are of level 3 alone.
    assert len(set(numbers)) == len(numbers) == 260
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])
    counted = Counter(status for _, status, _ in ROWS)
    totals = re.search(r"^\| 260 \| (.+) \|$", PAGE, re.MULTILINE)
    assert totals
    assert [int(total) for total in totals[1].split(" | ")] == [counted[s] for s in STATUSES]
    assert counted.keys() <= set(STATUSES)
