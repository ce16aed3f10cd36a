"""Visits as iCalendar (RFC 5545, iTIP RFC 5546): pure."""

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText, vUri

PRODUCT = "-//Referral//Visits//EN"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit; its `uid` never changes, its `sequence` grows with every change of the time.

    All times are aware. `stamp` is when this version was made. `summary` and `location` may be read
    by whoever sees the calendar: no word about health.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    organizer: str
    stamp: datetime
    attendee: str | None = None
    url: str | None = None


def request(visit: Visit) -> bytes:
    """Return the invitation, or the change of an earlier one."""
    return _calendar("REQUEST", visit, status="CONFIRMED", attendee=visit.attendee)


def cancel(visit: Visit) -> bytes:
    """Return the cancellation; its sequence must be above that of the last invitation."""
    return _calendar("CANCEL", visit, status="CANCELLED", attendee=visit.attendee)


def publish(visit: Visit) -> bytes:
    """Return the visit as a file to download, which names no attendee."""
    return _calendar("PUBLISH", visit, status="CONFIRMED", attendee=None)


def _calendar(method: str, visit: Visit, *, status: str, attendee: str | None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = _event(visit, status)
    if attendee is not None:
        event.add("attendee", _attendee(attendee))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(visit: Visit, status: str) -> Event:
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.sequence)
    event.add("dtstamp", visit.stamp.astimezone(UTC))
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    event.add("summary", visit.summary)
    event.add("location", visit.location)
    event.add("status", status)
    event.add("organizer", vCalAddress(f"mailto:{visit.organizer}"))
    if visit.url is not None:
        event.add("url", vUri(visit.url))
    return event


def _attendee(address: str) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{address}")
    # The person asked for this visit, and nobody reads what a calendar program would answer.
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    return attendee
