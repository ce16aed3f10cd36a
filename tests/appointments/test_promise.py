"""By when an answer is promised: opening hours, weekends, time zones and clock changes."""

from datetime import UTC, datetime

import pytest

from referral.appointments.promise import answer_by
from referral.clinics import hours

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
        # No hours known: the usual week.
        ("", "America/New_York", 1, "2026-12-01T15:00", "2026-12-02T17:00:00-05:00"),
    ],
)  # fmt: skip
def test_an_answer_is_promised_by_the_close_of_an_open_day(
    text: str, zone: str, *, days: int, sent: str, promised: str
) -> None:
    now = datetime.fromisoformat(sent).replace(tzinfo=UTC)

    assert answer_by(hours.parse(text), zone, days=days, now=now).isoformat() == promised
