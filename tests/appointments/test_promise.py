"""By when an answer is promised: opening hours, weekends, time zones and clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.appointments import windows
from referral.appointments.promise import answer_by, half_time, offered_parts, promise
from referral.appointments.schemas import PreferredWindow
from referral.appointments.wording import choices, window_from
from referral.clinics import hours
from referral.clinics.fields import MAX_CLOSED_DAYS
from referral.clinics.holidays import ClosedDays
from referral.clinics.hours import Period, WeeklyHours, open_on

WEEK = "mo-fr 09:00-17:00"


@pytest.mark.parametrize(
    ("text", "zone", "days", "sent", "promised"),
    [
        # Tuesday at ten in New York: by the close of Wednesday.
        (WEEK, "America/New_York", 1, "2026-12-01T15:00", "2026-12-02T17:00:00-05:00"),
        (WEEK, "America/New_York", 2, "2026-12-01T15:00", "2026-12-03T17:00:00-05:00"),
        # Before opening and after closing: by the close of the day that opens next.
        (WEEK, "America/New_York", 1, "2026-12-01T13:59", "2026-12-01T17:00:00-05:00"),
        (WEEK, "America/New_York", 1, "2026-12-01T14:00", "2026-12-02T17:00:00-05:00"),
        (WEEK, "America/New_York", 1, "2026-12-01T22:00", "2026-12-02T17:00:00-05:00"),
        # The same moment is still before opening in Los Angeles.
        (WEEK, "America/Los_Angeles", 1, "2026-12-01T15:00", "2026-12-01T17:00:00-08:00"),
        # Friday while open: Monday. Saturday: Monday. With Saturday hours: Saturday.
        (WEEK, "America/New_York", 1, "2026-12-04T15:00", "2026-12-07T17:00:00-05:00"),
        (WEEK, "America/New_York", 1, "2026-12-05T15:00", "2026-12-07T17:00:00-05:00"),
        (f"{WEEK}; sa 09:00-13:00", "America/New_York", 1, "2026-12-04T15:00",
         "2026-12-05T13:00:00-05:00"),
        # The clocks go forward on March 8 and back on November 1.
        (WEEK, "America/New_York", 1, "2026-03-06T15:00", "2026-03-09T17:00:00-04:00"),
        (WEEK, "America/New_York", 1, "2026-10-30T15:00", "2026-11-02T17:00:00-05:00"),
        # The day before Thanksgiving, in the evening: Friday. A holiday observed counts too.
        (WEEK, "America/New_York", 1, "2026-11-25T23:00", "2026-11-27T17:00:00-05:00"),
        (WEEK, "America/Los_Angeles", 1, "2026-07-02T18:00", "2026-07-06T17:00:00-07:00"),
        # In the hour that comes twice: it opened and closed in the first of the two.
        ("su 01:05-01:15; mo 09:00-17:00", "America/New_York", 1, "2026-11-01T06:03",
         "2026-11-02T17:00:00-05:00"),
        # In the hour that is skipped: half past two is half past three.
        ("su 00:30-02:30", "America/New_York", 1, "2026-03-08T04:00",
         "2026-03-08T03:30:00-04:00"),
        # No hours known: the usual week.
        ("", "America/New_York", 1, "2026-12-01T15:00", "2026-12-02T17:00:00-05:00"),
    ],
)  # fmt: skip
def test_an_answer_is_promised_by_the_close_of_an_open_day(
    text: str, zone: str, *, days: int, sent: str, promised: str
) -> None:
    now = datetime.fromisoformat(sent).replace(tzinfo=UTC)

    by = answer_by(
        hours.parse(text), zone, closed=ClosedDays(keeps_holidays=True), days=days, now=now
    )

    assert by.isoformat() == promised


@pytest.mark.parametrize(
    ("text", "zone", "sent", "half"),
    [
        # Seven hours of Tuesday and eight of Wednesday: not at night, but half an hour after nine.
        (WEEK, "America/New_York", "2026-12-01T15:00", "2026-12-02T09:30:00-05:00"),
        # Before opening and over a weekend: in the middle of the one day.
        (WEEK, "America/New_York", "2026-12-01T09:00", "2026-12-01T13:00:00-05:00"),
        (WEEK, "America/New_York", "2026-12-05T15:00", "2026-12-07T13:00:00-05:00"),
        # Friday at nine: half is over at the close, when nobody is there; Monday's opening then.
        (WEEK, "America/New_York", "2026-12-04T14:00", "2026-12-07T09:00:00-05:00"),
        # Not in the lunch break either.
        ("mo-fr 09:00-12:00 13:00-16:00", "America/New_York", "2026-12-01T09:00",
         "2026-12-01T13:00:00-05:00"),
        # The day before Thanksgiving; clocks that go forward, and back.
        (WEEK, "America/New_York", "2026-11-25T15:00", "2026-11-27T09:30:00-05:00"),
        (WEEK, "America/New_York", "2026-03-06T15:00", "2026-03-09T09:30:00-04:00"),
        (WEEK, "America/Los_Angeles", "2026-10-30T17:00", "2026-11-02T09:30:00-08:00"),
        # Open only in the hour that is skipped: there is none, so in the middle.
        ("su 02:00-03:00", "America/New_York", "2026-03-08T04:00", "2026-03-08T00:30:00-05:00"),
    ],
)  # fmt: skip
def test_a_clinic_is_reminded_after_half_of_its_open_time(
    text: str, zone: str, sent: str, half: str
) -> None:
    now = datetime.fromisoformat(sent).replace(tzinfo=UTC)

    promised = promise(
        hours.parse(text), zone, closed=ClosedDays(keeps_holidays=True), days=1, now=now
    )

    assert promised.remind_at.astimezone(ZoneInfo(zone)).isoformat() == half


MINUTES = st.integers(min_value=0, max_value=1439).map(lambda at: time(at // 60, at % 60))
PERIODS = st.lists(MINUTES, min_size=2, max_size=2, unique=True).map(
    lambda pair: (Period(min(pair), max(pair)),)
)
WEEKS = st.dictionaries(st.sampled_from(list(hours.DAYS)), PERIODS, min_size=1)
ZONES = ("America/New_York", "America/Phoenix", "America/Los_Angeles", "Pacific/Honolulu")
# Some near the nights on which clocks change, and near the turn of a year.
MOMENTS = st.one_of(
    *(
        st.datetimes(datetime(*day, 0), datetime(*day, 23, 59), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is drawn
        for day in ((2026, 3, 8), (2026, 11, 1), (2026, 12, 31))
    ),
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - as above
)
OWN_DAYS = st.frozensets(st.dates(date(2026, 2, 1), date(2026, 12, 31)), max_size=60)


@given(
    week=WEEKS,
    zone=st.sampled_from(ZONES),
    closed=st.builds(ClosedDays, st.booleans(), OWN_DAYS),
    days=st.integers(min_value=1, max_value=10),
    now=MOMENTS,
)
def test_the_promise_is_the_close_of_the_nth_day_that_is_open_and_no_holiday(
    week: WeeklyHours, zone: str, *, closed: ClosedDays, days: int, now: datetime
) -> None:
    by = answer_by(week, zone, closed=closed, days=days, now=now)

    clock = ZoneInfo(zone)
    spans = []
    day = now.astimezone(clock).date()
    while day <= by.date():
        for opens, closes in open_on(week, day):
            if day not in closed:
                ends = datetime.combine(day, closes, clock).astimezone(UTC)
                spans.append((datetime.combine(day, opens, clock).astimezone(UTC), ends))
        day += timedelta(days=1)
    ahead = [(opens, ends) for opens, ends in spans if ends > now]
    began = now >= ahead[0][0]
    assert by.astimezone(UTC) == ahead[-1][1] > now
    assert len(ahead) == days + began
    half = half_time(week, zone, closed=closed, start=now, end=by)
    still = [(max(opens, now), ends) for opens, ends in ahead if max(opens, now) < ends]
    assert not still or any(opens <= half < ends for opens, ends in still)
    past = sum((min(ends, half) - opens for opens, ends in still if opens < half), timedelta())
    whole = sum((ends - opens for opens, ends in still), timedelta())
    assert abs(whole - 2 * past) <= timedelta(microseconds=1)
    assert now <= half < by.astimezone(UTC)


def test_a_clinic_closed_on_sixty_of_its_days_still_owes_an_answer() -> None:
    mondays = frozenset(date(2026, 12, 7) + timedelta(weeks=week) for week in range(60))
    closed = ClosedDays(keeps_holidays=True, own=mondays)
    now = datetime(2026, 12, 1, 15, tzinfo=UTC)

    by = answer_by(hours.parse("mo 09:00-17:00"), "America/Denver", closed=closed, days=1, now=now)

    assert by.isoformat() == "2028-01-31T17:00:00-07:00"


def test_no_part_of_a_closed_day_is_offered() -> None:
    closed = ClosedDays(keeps_holidays=True)

    assert offered_parts(hours.DEFAULT_HOURS, date(2026, 12, 25), closed=closed) == ()
    assert len(offered_parts(hours.DEFAULT_HOURS, date(2026, 12, 28), closed=closed)) == 2


def test_the_form_shows_no_closed_day() -> None:
    now = datetime(2026, 12, 22, 15, tzinfo=UTC)
    closed = ClosedDays(keeps_holidays=True, own=frozenset({date(2026, 12, 24)}))

    days = choices({}, "America/Denver", closed=closed, chosen=(), now=now)

    assert [day["date"] for day in days][:3] == ["December 23", "December 28", "December 29"]


def test_after_the_longest_closure_the_form_still_shows_days_that_are_taken() -> None:
    now = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    weekdays = (now.date() + timedelta(days=n) for n in range(1, 90) if (1 + n) % 7 < 5)
    own = frozenset(islice(weekdays, MAX_CLOSED_DAYS))

    days = choices(
        {}, "America/Denver", closed=ClosedDays(keeps_holidays=True, own=own), chosen=(), now=now
    )

    assert [day["date"] for day in days] == ["February 24", "February 25", "February 26"]
    latest = PreferredWindow.model_validate(window_from(days[-1]["parts"][1]["value"]))
    windows.check([latest], "America/Denver", now=now)
