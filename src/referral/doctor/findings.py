"""What a check finds: how it stands, in one sentence, and how to mend it, in another."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is: `failing` means that the service does not work, or soon will not."""

    OK = "ok"
    WARNING = "warning"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `mend` is empty where nothing is to be done."""

    check: str
    level: Level
    says: str
    mend: str = ""


def graded(value: float, *, warn: float, fail: float) -> Level:
    """Return the level of a value that is better the smaller it is."""
    if value >= fail:
        return Level.FAILING
    return Level.WARNING if value >= warn else Level.OK


def span(seconds: float) -> str:
    """Return a length of time in the unit that a person would choose, such as `3 hours`."""
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return _many(int(seconds // length), unit)
    return _many(round(seconds), "second")


def _many(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
