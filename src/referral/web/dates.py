"""Days and times as a person reads them in their language, with the time zone they belong to.

No-break spaces keep together what belongs together: a month and its day, an hour and its half.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from babel.dates import format_date, format_time

from referral.languages import Language, spoken
from referral.text import N_

ZONES = {
    "AST": N_("Atlantic time"),
    "EST": N_("Eastern time"),
    "CST": N_("Central time"),
    "MST": N_("Mountain time"),
    "PST": N_("Pacific time"),
    "AKST": N_("Alaska time"),
    "HST": N_("Hawaii time"),
    "SST": N_("Samoa time"),
    "ChST": N_("Chamorro time"),
}
NB = "\N{NO-BREAK SPACE}"


class Way(NamedTuple):
    """How a language writes a weekday, a day of a month, both, with the year; and the rest."""

    weekday: Callable[[date], str]
    month_day: Callable[[date], str]
    day: Callable[[date], str]
    full_date: Callable[[date], str]
    month: Callable[[date], str]
    clock: Callable[[time | datetime], str]


def _in_spanish(pattern: str) -> Callable[[date], str]:
    pattern = pattern.replace("_", NB)
    return lambda value: format_date(value, pattern, locale=Language.SPANISH)


def _spanish_clock(value: time | datetime) -> str:
    written = format_time(value, f"h:mm{NB}a", locale=Language.SPANISH)
    return written.replace("\N{NARROW NO-BREAK SPACE}", NB)


# English is written without Babel: it is what most read, and what the hot pages show.
WAYS: Mapping[Language, Way] = {
    Language.ENGLISH: Way(
        weekday=lambda value: f"{value:%A}",
        month_day=lambda value: f"{value:%B}{NB}{value.day}",
        day=lambda value: f"{value:%A, %B}{NB}{value.day}",
        full_date=lambda value: f"{value:%B}{NB}{value.day}, {value.year}",
        month=lambda value: f"{value:%B}{NB}{value:%Y}",
        clock=lambda value: (
            f"{value.hour % 12 or 12}:{value:%M}{NB}{'am' if value.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon
        ),
    ),
    Language.SPANISH: Way(
        weekday=_in_spanish("EEEE"),
        month_day=_in_spanish("d_'de'_MMMM"),
        day=_in_spanish("EEEE, d_'de'_MMMM"),
        full_date=_in_spanish("d_'de'_MMMM_'de'_y"),
        month=_in_spanish("MMMM_'de'_y"),
        clock=_spanish_clock,
    ),
}


def weekday(value: date) -> str:
    """Return a weekday such as `Tuesday`."""
    return WAYS[spoken()].weekday(value)


def month_day(value: date) -> str:
    """Return a day of a month such as `December 1`."""
    return WAYS[spoken()].month_day(value)


def day(value: date) -> str:
    """Return a day such as `Tuesday, December 1`."""
    return WAYS[spoken()].day(value)


def full_date(value: date) -> str:
    """Return a date such as `December 1, 2026`."""
    return WAYS[spoken()].full_date(value)


def month(value: date) -> str:
    """Return a month such as `December 2026`."""
    return WAYS[spoken()].month(value)


def clock(value: time | datetime) -> str:
    """Return a time of day such as `9:30 am`."""
    return WAYS[spoken()].clock(value)


def moment(value: datetime) -> str:
    """Return a local moment such as `Tuesday, December 1, 9:30 am CST`; `value` is aware."""
    return f"{day(value)}, {clock(value)}{NB}{value:%Z}"


def zone(value: datetime) -> tuple[str, str]:
    """Return the short name of the zone of `value`, such as `CST`, and what people call it."""
    short = f"{value:%Z}"
    return short, ZONES.get(short.replace("DT", "ST"), "")
