"""The windows a person gives: still to come, and whether a time lies inside one. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from referral.appointments.promise import PARTS, PartOfDay, is_inside
from referral.appointments.schemas import PreferredWindow
from referral.errors import InvalidError, Problem
from referral.text import N_

FARTHEST = timedelta(days=90)
Pairs = list[tuple[str, str]]


def check(windows: Sequence[PreferredWindow], timezone: str, *, now: datetime) -> None:
    """Raise InvalidError at each window that has ended or lies more than 90 days ahead."""
    problems = [
        Problem(
            ("preferred_windows", place),
            "window-out-of-range",
            N_("Choose times that are still to come, at most 90 days from now."),
        )
        for place, window in enumerate(windows)
        if not now < _ends(window.date, window.part, timezone) < now + FARTHEST
    ]
    if problems:
        raise InvalidError(problems)


def pairs(windows: Iterable[PreferredWindow]) -> Pairs:
    """Return the windows as they are stored."""
    return [(window.date.isoformat(), window.part.value) for window in windows]


def still_open(stored: Iterable[tuple[str, str]], timezone: str, *, now: datetime) -> Pairs:
    """Return the stored windows that have not ended."""
    return [
        (day, part)
        for day, part in stored
        if _ends(date.fromisoformat(day), PartOfDay(part), timezone) > now
    ]


def holds(stored: Iterable[tuple[str, str]], start: datetime, end: datetime) -> bool:
    """Say whether a time, on the clinic's clock, lies inside one of the stored windows."""
    return any(
        is_inside(start, end, date.fromisoformat(day), PartOfDay(part)) for day, part in stored
    )


def _ends(day: date, part: PartOfDay, timezone: str) -> datetime:
    return datetime.combine(day, PARTS[part][1], ZoneInfo(timezone))
