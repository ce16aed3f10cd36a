"""Every exception that lint or types are asked for has its reason on the line."""

import re
from pathlib import Path

from referral.settings import ROOT

FOLDERS = ("src", "tests", "benchmarks", "alembic", "docs")
WITHOUT_REASON = re.compile(
    r"# noqa(?!: [A-Z]+\d+(, [A-Z]+\d+)* - \w)|# type: ignore(?!\[[\w, -]+\] # \w)"
)


def lines_of(file: Path) -> list[tuple[str, int, str]]:
    text = file.read_text(encoding="utf-8")
    return [(file.name, number, line) for number, line in enumerate(text.splitlines(), 1)]


def test_every_exception_has_its_reason_on_the_line() -> None:
    files = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    files.remove(Path(__file__))

    bare = [
        (name, number)
        for file in files
        for name, number, line in lines_of(file)
        if WITHOUT_REASON.search(line)
    ]

    assert len(files) > 200
    assert bare == []
