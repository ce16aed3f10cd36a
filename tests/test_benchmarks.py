"""The benchmarks run from start to end; what they measure is not judged here."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
READS = ("nearest ten", "nearest ten that fit", "staff list, first page", "staff list, deep page")
RATIOS = {"article page": 2} | {
    f"{row}, {name}": 1 if row == "submit" else 2
    for name in ("SQLite", "PostgreSQL")
    for row in (*READS, "submit")
}
"""How many ratios each row gives: throughput, and CPU where a call has a floor of its own."""


def test_a_quick_run_prints_every_row_with_its_ratios() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "run.py"), "--quick"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own script

    assert done.returncode == 0, done.stderr[-2000:]
    _, _, *rows = [line.strip("| ").split("|") for line in done.stdout.splitlines()]
    assert {name.strip(): len(numbers(cells)) for name, *cells in rows} == RATIOS


def numbers(cells: list[str]) -> list[float]:
    """Return the two ratios of a row, or the one that it has."""
    return [float(cell) for cell in cells[:2] if cell.strip()]
