"""Open now, and until when: a table of moments, a slow oracle, and the words of the pages."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from conftest import Clock
from referral.clinics import hours
from referral.clinics.holidays import ClosedDays
from referral.clinics.hours import Period, WeeklyHours
from referral.clinics.opening import DAYS_AHEAD, Timetable, opening
from referral.clinics.wording import opening_words
from world import add_clinic

NEW_YORK = "America/New_York"
USUAL = "mo-fr 09:00-12:00 13:00-17:00; sa 09:00-13:00"
MONDAYS = "mo 09:00-17:30"
MINUTE = timedelta(minutes=1)


def said(week: str, closed: ClosedDays, now: str, zone: str = NEW_YORK) -> str:
    """Return what the page says at a moment that the clocks there show."""
    moment = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    found = opening_words(
        opening(Timetable(hours.parse(week), closed, ZoneInfo(zone)), now=moment), now=moment
    )
    if found is None:
        return ""
    state, why, (sentence, facts) = found
    words = f"{state}: {why}" if why else state
    return f"{words}, {sentence % facts}".replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("week", "now", "words"),
    [
        (USUAL, "2026-12-02T08:59:59", "Closed now, opens at 9 am EST"),
        (USUAL, "2026-12-02T09:00", "Open now, until noon EST"),
        (USUAL, "2026-12-02T11:59:59", "Open now, until noon EST"),
        (USUAL, "2026-12-02T12:00", "Closed now, opens at 1 pm EST"),
        (USUAL, "2026-12-01T16:59", "Open now, until 5 pm EST"),
        (USUAL, "2026-12-01T17:00", "Closed now, opens tomorrow at 9 am EST"),
        (USUAL, "2026-12-05T13:00", "Closed now, opens on Monday at 9 am EST"),
        (MONDAYS, "2026-11-30T17:30", "Closed now, opens on Monday, December 7 at 9 am EST"),
        (MONDAYS, "2026-11-30T09:00", "Open now, until 5:30 pm EST"),
        # Midnight; and what follows at once is one opening.
        ("mo-su 00:00-23:59", "2026-12-02T23:58", "Open now, until 11:59 pm EST"),
        ("mo-su 00:00-23:59", "2026-12-03T23:59", "Closed today, opens tomorrow at midnight EST"),
        ("we 09:00-12:00 12:00-15:00", "2026-12-02T10:00", "Open now, until 3 pm EST"),
        # Thanksgiving, the day before it, and the evening.
        (USUAL, "2026-11-25T18:00", "Closed now, opens on Friday at 9 am EST"),
        (USUAL, "2026-11-26T00:00", "Closed today: Thanksgiving, opens tomorrow at 9 am EST"),
        (USUAL, "2026-11-26T23:00", "Closed today: Thanksgiving, opens tomorrow at 9 am EST"),
        # A holiday on a day on which it never opens closes nothing.
        ("mo 09:00-17:00", "2026-11-26T10:00", "Closed now, opens on Monday at 9 am EST"),
        # A day of its own, and nothing within two weeks.
        (USUAL, "2026-12-03T10:00", "Closed today, opens tomorrow at 9 am EST"),
        ("th 09:00-17:00", "2026-11-26T10:00", ""),
        ("", "2026-12-02T10:00", ""),
        # Clocks go forward on March 8, 2026 and back on November 1: the time's own zone is named.
        (USUAL, "2026-03-07T14:00", "Closed now, opens on Monday at 9 am EDT"),
        (USUAL, "2026-10-31T14:00", "Closed now, opens on Monday at 9 am EST"),
        ("su 02:30-05:00", "2026-03-08T01:00", "Closed now, opens at 3:30 am EDT"),
        ("su 00:30-01:30 03:00-04:00", "2026-11-01T01:00", "Open now, until 1:30 am EDT"),
        ("su 00:30-05:00", "2026-11-01T01:59", "Open now, until 5 am EST"),
    ],
)  # fmt: skip
def test_the_door_says(week: str, now: str, words: str) -> None:
    own = frozenset({date(2026, 12, 3)})
    assert said(week, ClosedDays(keeps_holidays=True, own=own), now) == words


def test_it_is_not_open_an_hour_too_long_when_the_clocks_go_back() -> None:
    second_time = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    week = hours.parse("su 00:30-01:30 03:00-04:00")
    timetable = Timetable(week, ClosedDays(keeps_holidays=True), ZoneInfo(NEW_YORK))
    found = opening(timetable, now=second_time)
    assert found
    assert (found.is_open, found.at.isoformat()) == (False, "2026-11-01T03:00:00-05:00")


QUARTERS = st.lists(st.integers(0, 95), unique=True, max_size=6).map(sorted)
PERIODS = QUARTERS.map(
    lambda quarters: tuple(
        Period(time(first // 4, first % 4 * 15), time(last // 4, last % 4 * 15))
        for first, last in zip(quarters[0::2], quarters[1::2], strict=False)
    )
)
WEEKS = st.dictionaries(st.sampled_from(list(hours.DAYS)), PERIODS)
# Around the nights on which clocks change, and Thanksgiving, Christmas and the turn of the year.
MOMENTS = st.builds(
    lambda day, minutes: datetime.combine(day, time(0), UTC) + minutes * MINUTE,
    st.sampled_from([date(2026, *day) for day in ((3, 7), (10, 31), (11, 25), (12, 24))]),
    st.integers(0, 3 * 24 * 60),
)
OWN_DAYS = st.frozensets(st.dates(date(2026, 10, 30), date(2026, 12, 31)))


def stepped(week: WeeklyHours, closed: ClosedDays, zone: ZoneInfo, now: datetime) -> object:
    """Watch the clock on the wall of a clinic, minute by minute, from its midnight on."""
    shown: dict[datetime, datetime] = {}
    midnight = datetime.combine(now.astimezone(zone).date(), time(0), zone).astimezone(UTC)
    for minute in range((DAYS_AHEAD * 24 + 1) * 60):
        moment = midnight + minute * MINUTE
        shown.setdefault(moment.astimezone(zone).replace(tzinfo=None), moment)
    opened: set[datetime] = set()
    for offset in range(DAYS_AHEAD):
        day = (midnight.astimezone(zone) + timedelta(days=offset)).date()
        for period in () if day in closed else hours.open_on(week, day):
            opens, closes = (
                shown.get(at) or shown[at + timedelta(hours=1)]
                for at in (datetime.combine(day, wall) for wall in period)
            )
            while opens < closes:
                opened.add(opens)
                opens += MINUTE
    is_open = now in opened
    later = now
    while (later in opened) == is_open:
        later += MINUTE
        if later > midnight + timedelta(days=DAYS_AHEAD, hours=1):
            return None
    return is_open, later


@settings(deadline=None, max_examples=15)
@given(
    week=WEEKS,
    closed=st.builds(ClosedDays, st.booleans(), OWN_DAYS),
    zone=st.sampled_from([NEW_YORK, "America/Phoenix", "Pacific/Honolulu"]),
    now=MOMENTS,
)
def test_it_is_what_somebody_sees_who_watches_the_door(
    week: WeeklyHours, closed: ClosedDays, zone: str, now: datetime
) -> None:
    found = opening(Timetable(week, closed, ZoneInfo(zone)), now=now)
    seen = found and (found.is_open, found.at.astimezone(UTC))
    assert seen == stepped(week, closed, ZoneInfo(zone), now)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_page_and_search_say_whether_it_is_open_and_are_kept_by_nobody(
    client: TestClient, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 26, 15, tzinfo=UTC)
    clinic_id = add_clinic(client)
    add_clinic(client, name="Nobody told us when", hours={})

    for path in (f"/clinics/{clinic_id}", "/clinics?zip=10001"):
        answer = client.get(path)
        (words,) = re.findall(r'<p class="opening">(.*)</p>', answer.text)
        assert words.replace("\N{NO-BREAK SPACE}", " ") == (
            "<b>Closed today: Thanksgiving</b>, opens tomorrow at 9 am EST"
        )
        assert answer.headers["cache-control"] == "no-store"
    asked = client.get(f"/api/v1/clinics/{clinic_id}").json()
    assert (asked["open_until"], asked["opens_at"]) == (None, "2026-11-27T09:00:00-05:00")
