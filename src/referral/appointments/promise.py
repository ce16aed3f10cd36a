"""By when a clinic owes an answer, and the hours behind the parts of a day. Pure."""

from collections.abc import Container, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from referral.clinics.hours import DEFAULT_HOURS, WeeklyHours, open_on, spans


class PartOfDay(StrEnum):
    """When on a day a person can come."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


PARTS = {
    PartOfDay.MORNING: (time(6), time(12)),
    PartOfDay.AFTERNOON: (time(12), time(17)),
    PartOfDay.EVENING: (time(17), time(22)),
}


class Promise(NamedTuple):
    """By when an answer is promised, and when a request without one ends: an open day later.

    At `remind_at` half of the clinic's open time until then is over.
    """

    answer_by: datetime
    expires_at: datetime
    remind_at: datetime


def promise(
    hours: WeeklyHours, timezone: str, *, closed: Container[date], days: int, now: datetime
) -> Promise:
    """Return what is promised at `now`; see `answer_by`."""
    promised = answer_by(hours, timezone, closed=closed, days=days, now=now)
    return Promise(
        promised,
        answer_by(hours, timezone, closed=closed, days=1, now=promised),
        half_time(hours, timezone, closed=closed, start=now, end=promised),
    )


def answer_by(
    hours: WeeklyHours, timezone: str, *, closed: Container[date], days: int, now: datetime
) -> datetime:
    """Return the closing time of the `days`-th open day after the day that `now` counts for.

    A moment outside opening hours counts for the next opening: what comes in before that morning
    is answered by that evening, if `days` is 1. Days in `closed` do not count, whatever the hours
    say. Times are local to `timezone`; the result is aware and later than `now`.
    """
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    openings = _openings(hours or DEFAULT_HOURS, local.date(), zone, closed)
    # In UTC: two local times of one zone compare by the clock on the wall, which goes back once
    # a year.
    moment = now.astimezone(UTC)
    first = next((opens, closes) for opens, closes in openings if closes.astimezone(UTC) > moment)
    remaining = days - 1 if moment < first[0].astimezone(UTC) else days
    closing = first[1]
    for _ in range(remaining):
        closing = next(openings)[1]
    # By way of UTC: a close in the hour that the clocks skip is named as they show it.
    return closing.astimezone(UTC).astimezone(zone)


def half_time(
    hours: WeeklyHours, timezone: str, *, closed: Container[date], start: datetime, end: datetime
) -> datetime:
    """Return when half of the open time from `start` to `end` is over: a moment of open time.

    Where there is none between them, it is the middle. Both are aware; the result is in UTC.
    """
    spans = list(_open_spans(hours or DEFAULT_HOURS, ZoneInfo(timezone), closed, (start, end)))
    left = sum((closes - opens for opens, closes in spans), timedelta(0)) / 2
    for opens, closes in spans:
        # At a close nobody is there any more: the next opening is as good.
        if left < closes - opens:
            return opens + left
        left -= closes - opens
    return start.astimezone(UTC) + (end - start) / 2


def is_inside(start: datetime, end: datetime, day: date, part: PartOfDay) -> bool:
    """Say whether the time from `start` to `end`, both local, lies in `part` of `day`."""
    opens, closes = PARTS[part]
    return start.date() == end.date() == day and opens <= start.time() and end.time() <= closes


def offered_parts(
    hours: WeeklyHours, day: date, *, closed: Container[date]
) -> tuple[PartOfDay, ...]:
    """Return the parts of `day` in which the clinic is open at all; none on a day in `closed`."""
    periods = () if day in closed else open_on(hours or DEFAULT_HOURS, day)
    return tuple(
        part
        for part, (begins, ends) in PARTS.items()
        if any(opens < ends and closes > begins for opens, closes in periods)
    )


def _open_spans(
    hours: WeeklyHours, zone: ZoneInfo, closed: Container[date], within: tuple[datetime, datetime]
) -> Iterator[tuple[datetime, datetime]]:
    """Yield each stretch of open time in `within`, in UTC."""
    start, end = (moment.astimezone(UTC) for moment in within)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        for span in () if day in closed else spans(hours, day, zone):
            opens, closes = max(span[0], start), min(span[1], end)
            if opens < closes:
                yield opens, closes
        day += timedelta(days=1)


def _openings(
    hours: WeeklyHours, first: date, zone: ZoneInfo, closed: Container[date]
) -> Iterator[tuple[datetime, datetime]]:
    # It goes on: hours have a day of the week, and only so many days are closed.
    for offset in count():
        day = first + timedelta(days=offset)
        periods = open_on(hours, day)
        if periods and day not in closed:
            opens, closes = periods[0][0], periods[-1][1]
            yield (
                datetime.combine(day, opens, zone),
                datetime.combine(day, closes, zone),
            )
