from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from referral.notices.calendar import Visit, cancel, publish, request

VISIT = Visit(
    uid="1@example.org",
    sequence=3,
    starts_at=datetime(2026, 12, 3, 14, 30, tzinfo=UTC),
    ends_at=datetime(2026, 12, 3, 15, 0, tzinfo=UTC),
    summary="Visit, Fictional Spine",
    location="1 Made Up Street; New York, NY\nUSA",
    organizer="referral@example.org",
    attendee="robin@example.com",
    url="https://example.org/a",
    stamp=datetime(2026, 12, 1, 15, 0, tzinfo=UTC),
)
Write = Callable[[Visit], bytes]


def read(written: bytes) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(written)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


@pytest.mark.parametrize(
    ("write", "method", "status", "attendee"),
    [
        (request, "REQUEST", "CONFIRMED", "mailto:robin@example.com"),
        (cancel, "CANCEL", "CANCELLED", "mailto:robin@example.com"),
        (publish, "PUBLISH", "CONFIRMED", None),
    ],
)
def test_what_was_written_can_be_read(
    write: Write, method: str, status: str, attendee: str | None
) -> None:
    calendar, event = read(write(VISIT))
    assert (calendar["METHOD"], event["STATUS"]) == (method, status)
    assert (event["UID"], event["SEQUENCE"]) == (VISIT.uid, 3)
    assert (event["SUMMARY"], event["LOCATION"]) == (VISIT.summary, VISIT.location)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (VISIT.starts_at, VISIT.ends_at)
    assert event["DTSTAMP"].dt == VISIT.stamp
    assert event["ORGANIZER"] == "mailto:referral@example.org"
    assert event["URL"] == VISIT.url
    assert event.get("ATTENDEE") == attendee
    assert calendar["VERSION"] == "2.0"


def test_no_answer_is_asked_of_the_attendee() -> None:
    _, event = read(request(VISIT))
    assert event["ATTENDEE"].params == {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}


@pytest.mark.parametrize("write", [request, cancel, publish])
def test_what_is_not_known_is_left_out(write: Write) -> None:
    _, event = read(write(replace(VISIT, attendee=None, url=None)))
    assert not {"ATTENDEE", "URL"} & set(event)


@pytest.mark.parametrize("write", [request, cancel, publish])
def test_lines_are_as_the_rfc_wants_them(write: Write) -> None:
    lines = write(replace(VISIT, summary="ä" * 100)).split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
    assert b"DTSTART:20261203T143000Z" in lines


# The days on which the clocks change: https://www.iana.org/time-zones
CHANGES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("America/Los_Angeles", date(2026, 3, 8)),
    ("America/Los_Angeles", date(2026, 11, 1)),
    ("America/Phoenix", date(2026, 3, 8)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
]


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize("days", [-1, 0, 1])
@pytest.mark.parametrize("write", [request, cancel, publish])
def test_the_hour_is_the_clinic_s_on_both_sides_of_a_clock_change(
    zone: str, day: date, days: int, write: Write
) -> None:
    local = datetime(day.year, day.month, day.day, 9, 30, tzinfo=ZoneInfo(zone))
    local += timedelta(days=days)
    _, event = read(write(replace(VISIT, starts_at=local, ends_at=local + timedelta(minutes=30))))
    shown = event["DTSTART"].dt.astimezone(ZoneInfo(zone))
    assert (shown.date(), shown.hour, shown.minute) == (local.date(), 9, 30)


@given(st.text(), st.text())
def test_no_text_can_add_a_line_of_its_own(summary: str, location: str) -> None:
    _, event = read(request(replace(VISIT, summary=summary, location=location)))
    assert set(event) == {
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "LOCATION",
        "STATUS",
        "ORGANIZER",
        "URL",
        "ATTENDEE",
    }
