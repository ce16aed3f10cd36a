"""Days and times as each language writes them; no-break spaces are shown as `_`."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from referral.clinics import hours
from referral.languages import Language, in_words, speaking
from referral.web import dates

MORNING = datetime(2026, 12, 1, 9, 30, tzinfo=ZoneInfo("America/Chicago"))
MIDNIGHT = datetime(2026, 7, 4, 0, 5, tzinfo=ZoneInfo("America/Puerto_Rico"))
# In English, and in Spanish.
WRITTEN: Mapping[Callable[[Any], str], tuple[Any, str, str]] = {
    dates.weekday: (date(2026, 12, 1), "Tuesday", "martes"),
    dates.month_day: (date(2026, 12, 1), "December_1", "1_de_diciembre"),
    dates.day: (date(2026, 12, 1), "Tuesday, December_1", "martes, 1_de_diciembre"),
    dates.full_date: (date(2026, 12, 1), "December_1, 2026", "1_de_diciembre_de_2026"),
    dates.month: (date(2026, 12, 1), "December_2026", "diciembre_de_2026"),
    dates.clock: (MIDNIGHT, "12:05_am", "12:05_a._m."),
    dates.moment: (
        MORNING,
        "Tuesday, December_1, 9:30_am_CST",
        "martes, 1_de_diciembre, 9:30_a._m._CST",
    ),
}


@pytest.mark.parametrize("write", WRITTEN, ids=lambda write: write.__name__)
def test_a_date_is_written_in_the_language_that_is_spoken(write: Callable[[Any], str]) -> None:
    value, english, spanish = WRITTEN[write]
    for language, written in ((Language.ENGLISH, english), (Language.SPANISH, spanish)):
        with speaking(language):
            assert write(value).replace(dates.NB, "_") == written


def test_opening_hours_are_said_in_spanish() -> None:
    week = hours.parse("mo-fr 09:00-12:00 13:00-17:30; sa 00:00-12:00")
    with speaking(Language.SPANISH):
        said = hours.describe(week, translate=in_words)
    assert [
        (days, times.replace(dates.NB, "_").replace("\N{EN DASH}", "-")) for days, times in said
    ] == [
        ("lunes a viernes", "9_a._m._- mediodía, 1_p._m._- 5:30_p._m."),
        ("sábado", "medianoche_- mediodía"),
        ("domingo", "Cerrado"),
    ]
