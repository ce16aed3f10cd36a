"""Whether a clinic is open at a moment and until when, or when it opens next (pure)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
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


def opening(
    week: WeeklyHours, closed: ClosedDays, timezone: str, *, now: datetime
) -> Opening | None:
    """Return what the door says at `now`; None where it does not open within `DAYS_AHEAD` days."""
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    days = (day for day in _days(today, DAYS_AHEAD) if day not in closed)
    ahead = (span for day in days for span in spans(week, day, zone) if span[1] > now)
    opens, closes = next(ahead, (None, None))
    if opens is None or closes is None:
        return None
    because = closed.reason(today) if open_on(week, today) else None
    if opens > now:
        return Opening(is_open=False, at=opens.astimezone(zone), closed_because=because)
    for next_opens, next_closes in ahead:
        if next_opens > closes:
            break
        closes = max(closes, next_closes)
    return Opening(is_open=True, at=closes.astimezone(zone), closed_because=None)


def opening_of(row: Mapping[str, Any], *, now: datetime) -> Opening | None:
    """Return the `opening` of a clinic in the shape of `ClinicShown`."""
    return opening(from_json(row["hours"]), _closed(row), row["timezone"], now=now)


def closed_soon(
    row: Mapping[str, Any], *, now: datetime, days: int = DAYS_AHEAD
) -> Iterator[tuple[date, str]]:
    """Yield the days on which a clinic, in the shape of `ClinicShown`, will not open, and why.

    Those of the next `days` days, and only where it opens on such a weekday.
    """
    week, closed = from_json(row["hours"]), _closed(row)
    for day in _days(now.astimezone(ZoneInfo(row["timezone"])).date(), days):
        reason = closed.reason(day)
        if reason is not None and open_on(week, day):
            yield day, reason


def _closed(row: Mapping[str, Any]) -> ClosedDays:
    return ClosedDays.of(row["keeps_holidays"], row["closed_on"])


def _days(first: date, days: int) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range(days))
