"""Opening hours: the text and JSON forms, what is refused, and how they read."""

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.clinics import hours
from referral.clinics.hours import DEFAULT_HOURS, Period, WeeklyHours
from referral.errors import InvalidError

USUAL = "mo-fr 09:00-12:00 13:00-17:00; sa 09:00-13:00"
NO_BREAK = "\N{NO-BREAK SPACE}"


@st.composite
def weeks(draw: st.DrawFn) -> WeeklyHours:
    minutes = st.lists(st.integers(0, 24 * 60 - 1), unique=True, max_size=6).map(sorted)
    week = {}
    for day in hours.DAYS:
        times = [time(*divmod(minute, 60)) for minute in draw(minutes)]
        periods = tuple(map(Period, times[0::2], times[1::2]))
        if periods:
            week[day] = periods
    return week


@settings(deadline=None)
@given(weeks())
def test_hours_survive_the_text_form(week: WeeklyHours) -> None:
    assert hours.parse(hours.format(week)) == week


@settings(deadline=None)
@given(weeks())
def test_hours_survive_the_json_form(week: WeeklyHours) -> None:
    assert hours.from_json(hours.to_json(week)) == week


@settings(deadline=None)
@given(weeks())
def test_a_description_covers_seven_days_once(week: WeeklyHours) -> None:
    labels = " ".join(label for label, _ in hours.describe(week))
    assert labels.startswith("Monday")
    assert labels.endswith("Sunday")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (USUAL, USUAL),
        ("", ""),
        (" MO  09:00-17:00 ;; ", "mo 09:00-17:00"),
        ("tu,mo 09:00-17:00", "mo-tu 09:00-17:00"),
        ("mo-tu,th 09:00-17:00", "mo-tu 09:00-17:00; th 09:00-17:00"),
        ("mo 13:00-17:00; mo 09:00-12:00", "mo 09:00-12:00 13:00-17:00"),
        ("su 00:00-12:00 12:00-23:59", "su 00:00-12:00 12:00-23:59"),
    ],
)
def test_a_text_is_read_and_written_in_one_form(text: str, written: str) -> None:
    assert hours.format(hours.parse(text)) == written


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mo", "hours-malformed"),
        ("xx 09:00-17:00", "hours-day-unknown"),
        ("monday 09:00-17:00", "hours-day-unknown"),
        ("fr-mo 09:00-17:00", "hours-day-unknown"),
        ("mo- 09:00-17:00", "hours-day-unknown"),
        ("mo 9-5", "hours-time-malformed"),
        ("mo 9:00-17:00", "hours-time-malformed"),
        ("mo 09:00-24:00", "hours-time-malformed"),
        ("mo 09:00-17:60", "hours-time-malformed"),
        ("mo 09:00 - 17:00", "hours-time-malformed"),
        ("mo 0\u0669:00-17:00", "hours-time-malformed"),
        ("mo 17:00-09:00", "hours-closes-before-opens"),
        ("mo 09:00-09:00", "hours-closes-before-opens"),
        ("mo 09:00-13:00 12:59-17:00", "hours-overlap"),
        ("mo-fr 09:00-17:00; we 12:00-13:00", "hours-overlap"),
        ("mo 09:00-17:00 09:00-17:00", "hours-overlap"),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        hours.parse(text)
    (problem,) = caught.value.problems
    assert (problem.loc, problem.code) == (("hours",), code)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "hours-malformed"),
        ([], "hours-malformed"),
        ({"mo": "09:00-17:00"}, "hours-malformed"),
        ({"mo": [["09:00"]]}, "hours-malformed"),
        ({"mo": [["09:00", "17:00", "18:00"]]}, "hours-malformed"),
        ({"mo": [[9, 17]]}, "hours-malformed"),
        ({"mo": ["09"]}, "hours-malformed"),
        ({"mo": [["09:00", "five"]]}, "hours-time-malformed"),
        ({"monday": [["09:00", "17:00"]]}, "hours-day-unknown"),
        ({1: []}, "hours-day-unknown"),
        ({"mo": [["17:00", "09:00"]]}, "hours-closes-before-opens"),
        ({"mo": [["09:00", "13:00"], ["10:00", "11:00"]]}, "hours-overlap"),
    ],
)
def test_json_that_makes_no_sense_is_refused(value: object, code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        hours.from_json(value)
    assert caught.value.reason == code


@settings(deadline=None)
@given(st.text(alphabet="motuwehfrsa0123456789:-,; ") | st.text())
def test_any_text_gives_hours_or_invalid_error(text: str) -> None:
    try:
        week = hours.parse(text)
    except InvalidError:
        return
    assert hours.parse(hours.format(week)) == week


def test_json_has_the_form_clients_send() -> None:
    week = {"mo": [["09:00", "12:00"], ["13:00", "17:00"]]}
    assert hours.to_json(hours.from_json(week)) == week


def test_a_day_without_times_is_left_out() -> None:
    assert hours.from_json({"su": []}) == {}


def test_the_usual_clinic_opens_nine_to_five_on_weekdays() -> None:
    assert hours.format(DEFAULT_HOURS) == "mo-fr 09:00-17:00"


def test_open_on_goes_by_the_weekday_of_the_date() -> None:
    week = hours.parse(USUAL)
    assert hours.open_on(week, date(2026, 11, 27)) == (
        Period(time(9), time(12)),
        Period(time(13), time(17)),
    )
    assert hours.open_on(week, date(2026, 11, 28)) == (Period(time(9), time(13)),)
    assert hours.open_on(week, date(2026, 11, 29)) == ()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("mo-fr 09:00-17:00", [
            ("Monday to Friday", "9 am \N{EN DASH} 5 pm"), ("Saturday and Sunday", "Closed"),
        ]),
        ("mo 08:30-12:00 13:00-17:45; su 00:00-00:30 12:00-12:15", [
            ("Monday", "8:30 am \N{EN DASH} noon, 1 pm \N{EN DASH} 5:45 pm"),
            ("Tuesday to Saturday", "Closed"),
            ("Sunday", "midnight \N{EN DASH} 12:30 am, noon \N{EN DASH} 12:15 pm"),
        ]),
        ("", [("Monday to Sunday", "Closed")]),
    ],
)  # fmt: skip
def test_hours_read_well(text: str, lines: list[tuple[str, str]]) -> None:
    described = hours.describe(hours.parse(text))
    assert [(day, times.replace(NO_BREAK, " ")) for day, times in described] == lines


def test_a_line_never_breaks_inside_a_time_of_day() -> None:
    ((_, times), _) = hours.describe(hours.parse("mo-fr 09:00-17:30"))
    assert times == "9~am~\N{EN DASH} 5:30~pm".replace("~", NO_BREAK)


def test_a_description_can_be_translated() -> None:
    spanish = {"Monday": "lunes", "Friday": "viernes", "Closed": "Cerrado"}
    spanish |= {"%(first)s to %(last)s": "de %(first)s a %(last)s"}
    described = hours.describe(DEFAULT_HOURS, translate=lambda text: spanish.get(text, text))
    assert described[0][0] == "de lunes a viernes"
    assert described[1][1] == "Cerrado"
