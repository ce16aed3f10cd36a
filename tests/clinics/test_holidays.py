"""The federal holidays against a table written by hand, and what a clinic is closed for."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.clinics.holidays import OWN_DAY, ClosedDays, federal_holidays

# From the calendar of each year; the days in parentheses are those observed in place of a weekend.
BY_YEAR = {
    2024: "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
    2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 (07-03) 07-04 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 (06-18) 06-19 07-04 (07-05) 09-06 10-11 11-11 11-25"
    " (12-24) 12-25 (12-31)",
    2028: "01-01 01-17 02-21 05-29 06-19 07-04 09-04 10-09 (11-10) 11-11 11-23 12-25",
}


@pytest.mark.parametrize("year", BY_YEAR)
def test_the_holidays_of_a_year_are_those_of_its_calendar(year: int) -> None:
    found = [f"{day:%m-%d}" for day in federal_holidays(year)]

    assert found == BY_YEAR[year].replace("(", "").replace(")", "").split()


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-01-19", "Martin Luther King Jr. Day"),
        ("2026-02-16", "Presidents' Day"),
        ("2026-05-25", "Memorial Day"),
        ("2026-07-03", "Independence Day"),
        ("2026-09-07", "Labor Day"),
        ("2026-10-12", "Columbus Day"),
        ("2026-11-26", "Thanksgiving"),
        ("2027-06-18", "Juneteenth"),
        ("2027-12-31", "New Year's Day"),
        ("2028-11-10", "Veterans Day"),
        ("2027-12-24", "Christmas Day"),
    ],
)
def test_a_holiday_has_its_name_also_where_it_is_observed(day: str, name: str) -> None:
    closed = ClosedDays(keeps_holidays=True)

    assert closed.reason(date.fromisoformat(day)) == name


@given(st.integers(min_value=2021, max_value=2400))
def test_every_holiday_gives_monday_to_friday_one_day_off(year: int) -> None:
    days = federal_holidays(year)
    assert len(set(days.values())) == 11
    for day, name in days.items():
        near = {day, day - timedelta(days=1), day + timedelta(days=1)}
        off = [d for d in near if days.get(d) == name and d.weekday() < 5]
        assert len(off) == 1 or day == date(year, 1, 1)


def test_a_clinic_that_works_on_holidays_is_closed_on_its_own_days_only() -> None:
    closed = ClosedDays.of(keeps_holidays=False, closed_on=["2026-12-24"])

    assert date(2026, 12, 25) not in closed
    assert date(2026, 12, 24) in closed
    assert closed.reason(date(2026, 12, 24)) == OWN_DAY
    assert date(2026, 12, 24) not in ClosedDays(keeps_holidays=True)
