"""Weekly opening hours: read, check, write and describe them (pure).

Times are on the clinic's own clock, to the minute. The compact text form, as in `data/`:
`mo-fr 09:00-12:00 13:00-17:00; sa 09:00-13:00`. A day without times is closed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from itertools import groupby, pairwise
from typing import NamedTuple, NoReturn
from zoneinfo import ZoneInfo

from referral.errors import InvalidError
from referral.text import N_

DAYS: Mapping[str, str] = {
    "mo": N_("Monday"),
    "tu": N_("Tuesday"),
    "we": N_("Wednesday"),
    "th": N_("Thursday"),
    "fr": N_("Friday"),
    "sa": N_("Saturday"),
    "su": N_("Sunday"),
}

_WEEK = tuple(DAYS)
_PERIOD = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_PROBLEMS: Mapping[str, str] = {
    "hours-malformed": N_("Write hours like this: mo-fr 09:00-12:00 13:00-17:00; sa 09:00-13:00."),
    "hours-day-unknown": N_("Days are mo, tu, we, th, fr, sa and su, from Monday on."),
    "hours-time-malformed": N_("Write times on the 24-hour clock, from 00:00 to 23:59."),
    "hours-closes-before-opens": N_("The closing time must be later than the opening time."),
    "hours-overlap": N_("Two opening times on the same day overlap."),
}


class Period(NamedTuple):
    """One stretch of open time on one day, in the clinic's local time; open until `closes`."""

    opens: time
    closes: time


WeeklyHours = Mapping[str, tuple[Period, ...]]
"""From weekday code (a key of `DAYS`) to periods in order of time; closed days are left out."""

DEFAULT_HOURS: WeeklyHours = dict.fromkeys(_WEEK[:5], (Period(time(9), time(17)),))


def parse(text: str) -> WeeklyHours:
    """Read the compact text form; an empty text means closed all week.

    Raises InvalidError at `hours`, with one of the codes `hours-malformed`, `hours-day-unknown`,
    `hours-time-malformed`, `hours-closes-before-opens`, `hours-overlap`.
    """
    found: dict[str, list[Period]] = {}
    for group in filter(None, (part.strip() for part in text.lower().split(";"))):
        days, *periods = group.split()
        if not periods:
            _refuse("hours-malformed")
        for day in _days(days):
            found.setdefault(day, []).extend(map(_period, periods))
    return _checked(found)


def from_json(value: object) -> WeeklyHours:
    """Read the JSON form, `{"mo": [["09:00", "17:00"]]}`; raises as `parse` does."""
    if not isinstance(value, Mapping):
        _refuse("hours-malformed")
    return _checked({day: list(_json_periods(periods)) for day, periods in value.items()})


def format(hours: WeeklyHours) -> str:  # noqa: A001 - the pair of `parse`, used as `hours.format`
    """Write the compact text form, from Monday on, days in a row with the same times together."""
    return "; ".join(
        " ".join([first if first == last else f"{first}-{last}", *map(_written, periods)])
        for first, last, periods in _runs(hours)
        if periods
    )


def to_json(hours: WeeklyHours) -> dict[str, list[list[str]]]:
    """Write the JSON form, from Monday on, closed days left out."""
    return {
        day: [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in hours[day]]
        for day in _WEEK
        if hours.get(day)
    }


def open_on(hours: WeeklyHours, day: date) -> tuple[Period, ...]:
    """Return the periods of that date's weekday; empty when closed."""
    return hours.get(_WEEK[day.weekday()], ())


def spans(hours: WeeklyHours, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Return from when to when it is open on that date, in UTC and in order.

    A time that the clocks show twice counts the first time; one that they skip, an hour later.
    """
    periods = (
        tuple(datetime.combine(day, at, zone).astimezone(UTC) for at in period)
        for period in open_on(hours, day)
    )
    return sorted((opens, closes) for opens, closes in periods if opens < closes)


def describe(hours: WeeklyHours, *, translate: Callable[[str], str] = str) -> list[tuple[str, str]]:
    """Return a label and its times for every run of days, closed ones too, to show to people.

    Such as Monday to Friday, and 9 am to 5 pm. `translate` turns each marked text into the
    reader's language.
    """
    return [
        (
            _day_label(first, last, translate),
            ", ".join(_spoken(period, translate) for period in periods) or translate(N_("Closed")),
        )
        for first, last, periods in _runs(hours)
    ]


def clock(at: time, *, translate: Callable[[str], str] = str) -> str:
    """Return `9 am`, `5:30 pm`, `noon` or `midnight`."""
    if at == time(12):
        return translate(N_("noon"))
    if at == time(0):
        return translate(N_("midnight"))
    minutes = f":{at:%M}" if at.minute else ""
    half = translate(N_("am") if at.hour < 12 else N_("pm"))  # noqa: PLR2004 - noon
    return f"{at.hour % 12 or 12}{minutes}\N{NO-BREAK SPACE}{half}"


def _days(text: str) -> Iterator[str]:
    """Yield the weekday codes of `mo`, `mo,we` or `mo-we,fr`."""
    for part in text.split(","):
        first, dash, last = part.partition("-")
        span = _WEEK[_position(first) : _position(last if dash else first) + 1]
        if not span:
            _refuse("hours-day-unknown")
        yield from span


def _position(day: str) -> int:
    if day not in DAYS:
        _refuse("hours-day-unknown")
    return _WEEK.index(day)


def _period(text: str) -> Period:
    match = _PERIOD.fullmatch(text)
    if match is None:
        _refuse("hours-time-malformed")
    opens_hour, opens_minute, closes_hour, closes_minute = map(int, match.groups())
    return Period(time(opens_hour, opens_minute), time(closes_hour, closes_minute))


def _json_periods(value: object) -> Iterator[Period]:
    if not isinstance(value, list | tuple):
        _refuse("hours-malformed")
    for pair in value:
        match pair:
            case [str(opens), str(closes)]:
                yield _period(f"{opens}-{closes}")
            case _:
                _refuse("hours-malformed")


def _checked(found: Mapping[str, Iterable[Period]]) -> WeeklyHours:
    """Return the hours from Monday on with each day in order of time, if they make sense."""
    if not DAYS.keys() >= found.keys():
        _refuse("hours-day-unknown")
    hours = {day: tuple(sorted(found[day])) for day in _WEEK if day in found}
    for periods in hours.values():
        if any(period.closes <= period.opens for period in periods):
            _refuse("hours-closes-before-opens")
        if any(later.opens < earlier.closes for earlier, later in pairwise(periods)):
            _refuse("hours-overlap")
    return {day: periods for day, periods in hours.items() if periods}


def _refuse(code: str) -> NoReturn:
    raise InvalidError.at("hours", code=code, detail=_PROBLEMS[code])


def _runs(hours: WeeklyHours) -> Iterator[tuple[str, str, tuple[Period, ...]]]:
    """Yield (first day, last day, periods) for each run of neighboring days with the same times."""
    for periods, run in groupby(_WEEK, key=lambda day: hours.get(day, ())):
        days = list(run)
        yield days[0], days[-1], periods


def _written(period: Period) -> str:
    return f"{period.opens:%H:%M}-{period.closes:%H:%M}"


def _day_label(first: str, last: str, translate: Callable[[str], str]) -> str:
    if first == last:
        return translate(DAYS[first])
    neighbors = _position(last) - _position(first) == 1
    pattern = N_("%(first)s and %(last)s") if neighbors else N_("%(first)s to %(last)s")
    return translate(pattern) % {"first": translate(DAYS[first]), "last": translate(DAYS[last])}


def _spoken(period: Period, translate: Callable[[str], str]) -> str:
    opens, closes = (clock(at, translate=translate) for at in period)
    return f"{opens}\N{NO-BREAK SPACE}\N{EN DASH} {closes}"
