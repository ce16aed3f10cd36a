"""Makes a file in the layout of the national provider register, of any size, the same each time.

The records are drawn from those of the tests' sample: of a thousand, 12 are chiropractors, who
often share an address, and 35 are deactivated. Each has an NPI of its own.
"""

import csv
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from referral.clinics.register.providers import COLUMNS, is_npi
from referral.settings import ROOT

SAMPLE = ROOT / "tests" / "clinics" / "npidata_sample.csv"
OTHERS, OURS, DEACTIVATED = WEIGHTS = (953, 12, 35)
STREETS = ("MAIN ST", "OAK LN", "ELM AVE", "STATE HWY 12", "COMMERCE PKWY")
HOUSES = 4
Record = dict[str, str]


def write(file: Path, count: int) -> None:
    """Write a provider file of `count` records."""
    dice = random.Random(7)  # noqa: S311 - providers, not secrets
    with SAMPLE.open(encoding="utf-8-sig", newline="") as sample:
        rows = csv.DictReader(sample)
        kinds: list[list[Record]] = [[], [], []]
        for row in rows:
            kinds[_kind(row)].append(row)
    zips = [line[:5] for line in (ROOT / "data" / "zip_centroids.csv").open()][1:]
    # All but the NPI of the records of no interest is the same each time, and written once.
    rests = [_line([*row.values()][1:]) for row in kinds[0]]
    with file.open("w", encoding="utf-8") as lines:
        lines.write(_line(list(rows.fieldnames or [])))
        for npi in islice(_npis(), count):
            (kind,) = dice.choices((0, 1, 2), WEIGHTS)
            if kind == 0:
                lines.write(f'"{npi}",{dice.choice(rests)}')
            else:
                row = dice.choice(kinds[kind]) | {"NPI": npi}
                lines.write(_line([*(row | _address(dice, zips) if kind == 1 else row).values()]))


def _kind(row: Record) -> int:
    """Return 0 for a record of another kind, 1 for a chiropractor, 2 for a deactivated NPI."""
    if not row[COLUMNS["entity"]]:
        return 2
    return int(any(value.startswith("111N") for value in row.values()))


def _address(dice: random.Random, zips: Sequence[str]) -> Record:
    """Return an address, one of so few that chiropractors meet at some."""
    suite = dice.choice(("", "STE 1", "STE 2"))
    return {
        COLUMNS["address_1"]: f"{dice.randrange(1, HOUSES)} {dice.choice(STREETS)}",
        COLUMNS["address_2"]: suite,
        # Half of them are in one of two hundred places.
        COLUMNS["postal_code"]: dice.choice(zips[:: dice.choice((1, 200))]),
    }


def _npis() -> Iterator[str]:
    """Yield every NPI, in order."""
    numbers = (b"%d" % number for number in range(1_000_000_000, 3_000_000_000))
    return (number.decode() for number in numbers if is_npi(number))


def _line(values: Sequence[str]) -> str:
    return ",".join(f'"{value}"' for value in values) + "\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
