"""When a clinic is closed beside its weekly hours: federal holidays and days of its own (pure).

The holidays are those of 5 U.S.C. 6103(a), Juneteenth since 2021 included. One on a Saturday is
also observed on the Friday before (5 U.S.C. 6103(b)), one on a Sunday on the Monday after
(Executive Order 11582).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from referral.text import N_

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
ONE_DAY = timedelta(days=1)
OBSERVED = {SATURDAY: -ONE_DAY, SUNDAY: ONE_DAY}
LAST = -1
OWN_DAY = ""

NEW_YEARS_DAY = N_("New Year's Day")
FIXED: Mapping[tuple[int, int], str] = {
    (1, 1): NEW_YEARS_DAY,
    (6, 19): N_("Juneteenth"),
    (7, 4): N_("Independence Day"),
    (11, 11): N_("Veterans Day"),
    (12, 25): N_("Christmas Day"),
}
"""From month and day to name."""

MOVABLE: Mapping[tuple[int, int, int], str] = {
    (1, MONDAY, 3): N_("Martin Luther King Jr. Day"),
    (2, MONDAY, 3): N_("Presidents' Day"),
    (5, MONDAY, LAST): N_("Memorial Day"),
    (9, MONDAY, 1): N_("Labor Day"),
    (10, MONDAY, 2): N_("Columbus Day"),
    (11, THURSDAY, 4): N_("Thanksgiving"),
}
"""From month, weekday and which one of the month to name."""


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """The dates on which a clinic is closed, whatever its hours: `day in closed` tells."""

    keeps_holidays: bool
    own: frozenset[date] = frozenset()

    @classmethod
    def of(cls, keeps_holidays: bool, closed_on: Iterable[str]) -> "ClosedDays":
        """Read them from the two columns of a clinic; `closed_on` are ISO dates."""
        return cls(keeps_holidays, frozenset(map(date.fromisoformat, closed_on)))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.reason(day) is not None

    def reason(self, day: date) -> str | None:
        """Return why it is closed that day: a holiday's name, `OWN_DAY`, or None if it is not."""
        holiday = federal_holidays(day.year).get(day) if self.keeps_holidays else None
        return holiday or (OWN_DAY if day in self.own else None)


@lru_cache(maxsize=16)
def federal_holidays(year: int) -> Mapping[date, str]:
    """Return the names of the holidays by date, in order, for the dates that lie in `year`.

    A holiday on a weekend stands there twice: on its own date and on the weekday it is observed.
    """
    named = {date(year, month, day): name for (month, day), name in FIXED.items()}
    named |= {_nth(year, *rule): name for rule, name in MOVABLE.items()}
    observed = {day + OBSERVED[day.weekday()]: n for day, n in named.items() if _on_weekend(day)}
    # Next year's first day may be observed on the last of this one.
    if date(year, 12, 31).weekday() == SATURDAY - 1:
        observed[date(year, 12, 31)] = NEW_YEARS_DAY
    both = named | observed
    return {day: both[day] for day in sorted(both) if day.year == year}


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    """Return the first, second … or last such weekday of a month."""
    first = date(year, month, 1)
    first += timedelta(days=(weekday - first.weekday()) % 7)
    days = [first + timedelta(weeks=week) for week in range(5)]
    return [day for day in days if day.month == month][which if which == LAST else which - 1]


def _on_weekend(day: date) -> bool:
    return day.weekday() in OBSERVED
