"""Whether a clinic is open at a moment and until when, or when it opens next (pure)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from referral.clinics.holidays import ClosedDays
from referral.clinics.hours import WeeklyHours, from_json, open_on, spans

DAYS_AHEAD = 14


class Opening(NamedTuple):
    """What the door says: open, and `at` is when it closes; or closed, and `at` is when it opens.

    `at` is local. `closed_because` says why it stays closed on a day on which it would open, as
    `ClosedDays.reason` does.
    """

    is_open: bool
    at: datetime
    closed_because: str | None


class Timetable(NamedTuple):
    """When a clinic is open, on its own clock."""

    week: WeeklyHours
    closed: ClosedDays
    zone: ZoneInfo

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read it from a clinic in the shape of `ClinicShown`."""
        closed = ClosedDays.of(row["keeps_holidays"], row["closed_on"])
        return cls(from_json(row["hours"]), closed, ZoneInfo(row["timezone"]))


def opening(timetable: Timetable, *, now: datetime) -> Opening | None:
    """Return what the door says at `now`; None where it does not open within `DAYS_AHEAD` days."""
    week, closed, zone = timetable
    today = now.astimezone(zone).date()
    days = (day for day in _days(today, DAYS_AHEAD) if day not in closed)
    ahead = (span for day in days for span in spans(week, day, zone) if span[1] > now)
    opens, closes = next(ahead, (None, None))
    if opens is None or closes is None:
        return None
    if opens > now:
        because = closed.reason(today) if open_on(week, today) else None
        return Opening(is_open=False, at=opens.astimezone(zone), closed_because=because)
    for next_opens, next_closes in ahead:
        if next_opens > closes:
            break
        closes = max(closes, next_closes)
    return Opening(is_open=True, at=closes.astimezone(zone), closed_because=None)


def closed_soon(
    timetable: Timetable, *, now: datetime, days: int = DAYS_AHEAD
) -> Iterator[tuple[date, str]]:
    """Yield those of the next `days` days on which it does not open as it would, and why."""
    week, closed, zone = timetable
    for day in _days(now.astimezone(zone).date(), days):
        reason = closed.reason(day) if open_on(week, day) else None
        if reason is not None:
            yield day, reason


def _days(first: date, days: int) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range(days))
