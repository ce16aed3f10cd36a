"""Who has which time: held times never overlap, because a cell of a calendar has one row.

A calendar is a chiropractor's, or the clinic's own while it names nobody. Its time is cut into
cells of five minutes, and the primary key of the cells lets one held time have each: two visits at
one time cannot be stored, on either database, whoever writes.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, insert, select, update

from referral.appointments.models import Appointment, HeldCell, HeldTime
from referral.appointments.promise import PARTS, PartOfDay
from referral.appointments.steps import CELL_MINUTES, VisitTime
from referral.clinics import hours as opening
from referral.clinics.holidays import ClosedDays
from referral.clinics.models import Chiropractor, Clinic
from referral.errors import ConflictError, InvalidError
from referral.text import N_

CELL = timedelta(minutes=CELL_MINUTES)
SUGGESTED_EVERY = timedelta(minutes=15)
MOST_SUGGESTED = 6


@dataclass(frozen=True, slots=True)
class Span:
    """A time in a calendar, from `starts_at` until before `ends_at`."""

    calendar_id: UUID
    chiropractor_id: UUID | None
    starts_at: datetime
    ends_at: datetime

    def cells(self) -> Iterator[tuple[UUID, datetime]]:
        """Yield calendar and start of each five minutes."""
        start = self.starts_at
        while start < self.ends_at:
            yield self.calendar_id, start
            start += CELL


def spans_of(
    session: Session, clinic_id: UUID, times: Sequence[VisitTime], *, stays_with: UUID | None
) -> list[Span]:
    """Return where `times` stand: each with whom it names, or else with `stays_with`.

    Where that is nobody, with the first chiropractor who is free; a clinic that names none has one
    calendar. Raises InvalidError at `chiropractor_id` for a person who is not of this clinic.
    """
    people = _people(session, clinic_id)
    asked = [time.chiropractor_id or stays_with for time in times]
    if not {*asked, None} <= {*people, None}:
        raise InvalidError.at(
            "chiropractor_id",
            code="chiropractor-unknown",
            detail=N_("There is no such chiropractor at this clinic."),
        )
    with suppress(ConflictError):
        take_over(session, clinic_id)
    return [
        _first_free(session, time, people if person is None else [person], clinic_id)
        for time, person in zip(times, asked, strict=True)
    ]


def take_over(session: Session, clinic_id: UUID) -> None:
    """Give the clinic's first chiropractor the times that are held from when it named nobody.

    Raises ConflictError, and gives none, where one of them is taken in that person's calendar.
    """
    theirs = select(HeldCell.held_time_id).where(HeldCell.calendar_id == clinic_id)
    unnamed = set(session.exec(theirs))
    if not unnamed or not (people := _people(session, clinic_id)):
        return
    times = update(HeldTime).where(col(HeldTime.id).in_(unnamed))
    cells = update(HeldCell).where(col(HeldCell.held_time_id).in_(unnamed))
    with _taken_is_a_conflict(), session.begin_nested():
        session.execute(times.values(calendar_id=people[0], chiropractor_id=people[0]))
        session.execute(cells.values(calendar_id=people[0]))


def hold(
    session: Session,
    appointment: Appointment,
    spans: Sequence[Span],
    *,
    booked: bool,
    now: datetime,
) -> list[HeldTime]:
    """Hold `spans` for a request, all or none; ConflictError with what is free where one is taken.

    The free times are as long as the first span that is taken, and in its calendar.
    """
    held = [
        HeldTime(
            id=uuid4(),
            appointment_id=appointment.id,
            calendar_id=span.calendar_id,
            chiropractor_id=span.chiropractor_id,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            booked=booked,
        )
        for span in spans
    ]
    try:
        keep(session, held)
    except ConflictError as conflict:
        taken = next((span for span in spans if not _free(session, span)), spans[0])
        conflict.facts["free"] = suggestions(session, appointment, taken, now=now)
        raise
    return held


def keep(session: Session, held: Iterable[HeldTime]) -> None:
    """Store held times with their cells, all or none; ConflictError where a cell is taken."""
    times = list(held)
    # In one order for everybody, so that two writers wait for each other and never in a circle.
    cells = sorted((cell, time.id) for time in times for cell in _span(time).cells())
    with _taken_is_a_conflict(), session.begin_nested():
        session.add_all(times)
        session.flush()
        for (calendar_id, start), time_id in cells:
            values = {"calendar_id": calendar_id, "starts_at": start, "held_time_id": time_id}
            session.execute(insert(HeldCell).values(values))


def held_by(session: Session, appointment_id: UUID) -> list[HeldTime]:
    """Return the times that a request holds, earliest first."""
    mine = select(HeldTime).where(HeldTime.appointment_id == appointment_id)
    return list(session.exec(mine.order_by(col(HeldTime.starts_at))))


def let_go(session: Session, appointment_id: UUID, *, only_offered: bool = False) -> None:
    """Free what a request holds; with `only_offered`, all but the booked time."""
    mine = delete(HeldTime).where(col(HeldTime.appointment_id) == appointment_id)
    if only_offered:
        mine = mine.where(col(HeldTime.booked).is_(False))
    session.flush()
    session.execute(mine, execution_options={"synchronize_session": "fetch"})


def suggestions(
    session: Session, appointment: Appointment, wanted: Span, *, now: datetime
) -> list[str]:
    """Return a few free starts in the person's windows and opening hours, RFC 3339, local."""
    clinic = session.get_one(Clinic, appointment.clinic_id)
    zone = ZoneInfo(clinic.timezone)
    length = wanted.ends_at - wanted.starts_at
    hours = opening.from_json(clinic.hours) or opening.DEFAULT_HOURS
    closed = ClosedDays.of(clinic.keeps_holidays, clinic.closed_on)
    stored = appointment.preferred_windows
    windows = [(date.fromisoformat(day), PartOfDay(part)) for day, part in stored]
    found: list[str] = []
    for window in windows:
        periods = () if window[0] in closed else opening.open_on(hours, window[0])
        for start in _starts(periods, window, zone, length):
            span = Span(wanted.calendar_id, wanted.chiropractor_id, start, start + length)
            if start > now and _free(session, span):
                found.append(start.isoformat())
            if len(found) == MOST_SUGGESTED:
                return found
    return found


def _starts(
    periods: Iterable[opening.Period],
    window: tuple[date, PartOfDay],
    zone: ZoneInfo,
    length: timedelta,
) -> Iterator[datetime]:
    day, part = window
    begins, ends = PARTS[part]
    for opens, closes in periods:
        start = datetime.combine(day, max(opens, begins), zone)
        last = datetime.combine(day, min(closes, ends), zone) - length
        while start <= last:
            yield start
            start += SUGGESTED_EVERY


def _first_free(session: Session, time: VisitTime, people: Sequence[UUID], clinic_id: UUID) -> Span:
    ends_at = time.starts_at + timedelta(minutes=time.minutes)
    spans = [Span(person, person, time.starts_at, ends_at) for person in people]
    own = Span(clinic_id, None, time.starts_at, ends_at)
    return next((span for span in spans if _free(session, span)), (spans or [own])[0])


def _people(session: Session, clinic_id: UUID) -> Sequence[UUID]:
    ours = select(Chiropractor.id).where(Chiropractor.clinic_id == clinic_id)
    return session.exec(ours.order_by(col(Chiropractor.name), col(Chiropractor.id))).all()


@contextmanager
def _taken_is_a_conflict() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise ConflictError(
            N_("This time is taken. Choose another one."), code="time-taken"
        ) from error


def _free(session: Session, span: Span) -> bool:
    taken = select(HeldCell.starts_at).where(
        HeldCell.calendar_id == span.calendar_id,
        col(HeldCell.starts_at) >= span.starts_at,
        col(HeldCell.starts_at) < span.ends_at,
    )
    return session.exec(taken.limit(1)).first() is None


def _span(time: HeldTime) -> Span:
    return Span(time.calendar_id, time.chiropractor_id, time.starts_at, time.ends_at)
