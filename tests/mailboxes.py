"""What each side was mailed about each request, and what its calendar program made of that."""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from postman import Round, round_of_mail
from reading import event_of
from referral.appointments.models import Appointment
from referral.appointments.states import State
from referral.notices.mail import Letter
from referral.notices.models import Audience, Notice
from referral.record.models import Event
from world import house

Side = tuple[Audience, UUID]
SIDES = (Audience.PATIENT, Audience.CLINIC)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a calendar."""

    uid: str
    sequence: int
    span: tuple[datetime, datetime]


@dataclass
class Mailboxes:
    """The calendar entry that each side has for each request."""

    entries: dict[Side, Entry] = field(default_factory=dict)
    last_sequences: dict[Side, int] = field(default_factory=dict)

    def take_in(self, client: TestClient, *, refuses: Container[Audience] = ()) -> Round:
        """Let mail go out and take it in; a round has one letter for a side about one request."""
        became = round_of_mail(client, refuses=refuses)
        sides = [(notice.audience, notice.appointment_id) for notice, _ in became.letters]
        assert len(sides) == len(set(sides)), "one round, one letter for each side"
        for notice, letter in became.letters:
            if letter.calendar is not None:
                self._update(notice, letter, house(client).now())
        return became

    def check(self, session: Session, appointment: Appointment, *, now: datetime) -> None:
        """Raise AssertionError where a calendar holds anything but the visit that is booked.

        To be called when no mail waits. A visit that took place, or was missed, may stay. Whoever
        was told by phone for want of mail keeps a calendar of their own.
        """
        for audience in SIDES:
            if audience is Audience.PATIENT and _happened(session, appointment, "mail_failed"):
                continue
            entry = self.entries.get((audience, appointment.id))
            if audience is Audience.PATIENT and appointment.by_phone:
                assert entry is None
            elif appointment.state is State.BOOKED:
                assert entry is not None, audience
                assert entry.span == (appointment.starts_at, appointment.ends_at), audience
            elif appointment.starts_at is None and entry is not None:
                assert entry.span[0] <= now, audience
                assert _happened(session, appointment, "no_show"), audience

    def _update(self, notice: Notice, letter: Letter, now: datetime) -> None:
        assert notice.appointment_id is not None
        assert letter.calendar is not None
        side, event = (notice.audience, notice.appointment_id), event_of(letter)
        assert event["METHOD"] == letter.calendar[0]
        new = Entry(str(event["UID"]), event["SEQUENCE"], (event["DTSTART"].dt, event["DTEND"].dt))
        old = self.entries.pop(side, None)
        assert old is None or old.uid == new.uid
        if letter.calendar[0] == "CANCEL":
            assert old is not None, "nobody is told that a visit is off of which they never heard"
            assert new.span == old.span
            assert new.sequence > old.sequence
            assert "is off. It is no longer booked." in letter.text
        else:
            assert new.sequence >= self.last_sequences.get(side, 0)
            assert old is None or old.span == new.span or new.sequence > old.sequence
            is_moved = old is not None and old.span != new.span and old.span[0] > now
            assert is_moved == ("is no longer booked." in letter.text)
            self.entries[side] = new
        self.last_sequences[side] = new.sequence


def _happened(session: Session, appointment: Appointment, what: str) -> bool:
    found = select(Event.number).where(
        Event.appointment_id == appointment.id, col(Event.kind) == f"appointment.{what}"
    )
    return session.exec(found.limit(1)).first() is not None
