"""Days and times as a person reads them, always with the time zone they belong to. Pure.

No-break spaces keep together what belongs together: a month and its day, an hour and its half.
"""

from datetime import date, datetime, time

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


def day(value: date) -> str:
    """Return a day such as `Tuesday, December 1`."""
    return f"{value:%A, %B}{NB}{value.day}"


def full_date(value: date) -> str:
    """Return a date such as `December 1, 2026`."""
    return f"{value:%B}{NB}{value.day}, {value.year}"


def clock(value: time | datetime) -> str:
    """Return a time of day such as `9:30 am`."""
    return f"{value.hour % 12 or 12}:{value:%M}{NB}{'am' if value.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon


def moment(value: datetime) -> str:
    """Return a local moment such as `Tuesday, December 1, 9:30 am CST`; `value` is aware."""
    return f"{day(value)}, {clock(value)}{NB}{value:%Z}"


def zone(value: datetime) -> tuple[str, str]:
    """Return the short name of the zone of `value`, such as `CST`, and what people call it."""
    short = f"{value:%Z}"
    return short, ZONES.get(short.replace("DT", "ST"), "")
