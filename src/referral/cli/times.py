"""Moments as staff write and read them: by the clinic's clock, or with an offset of their own."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import typer

from referral.appointments.representations import Window


def moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment of `2026-12-01 09:30` in `zone`, or of RFC 3339 as it stands.

    BadParameter for anything else, and at a clock time that a clock change skips or repeats.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or len(text) < len("2026-12-01 09:30"):
        raise typer.BadParameter("Write a time like 2026-12-01 09:30.")
    if at.tzinfo is not None:
        return at
    first, second = (at.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    # The offset before a clock change and after it; away from one they are the same.
    before, after = (each.utcoffset() or timedelta() for each in (first, second))
    if before == after:
        return first
    if before < after:
        raise typer.BadParameter(f"The clocks of {zone.key} leave that time out on that day.")
    raise typer.BadParameter(
        f"The clocks of {zone.key} show that time twice. Write {first.isoformat()}"
        f" or {second.isoformat()}."
    )


def short(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment for a table whose title names the zone, such as `Tue 1 Dec 09:30`."""
    local = at.astimezone(zone)
    return f"{day(local)} {local:%H:%M}"


def full(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment with its year and its zone."""
    local = at.astimezone(zone)
    return f"{day(local)} {local:%Y, %H:%M} ({zone.key})"


def day(of: date) -> str:
    """Return a day such as `Tue 1 Dec`."""
    return f"{of:%a} {of.day} {of:%b}"


def wish(window: Window) -> str:
    """Return when the person can come."""
    return f"{day(window.date)} {window.part}"
