"""What must be true of requests at any moment, checked in the tables; written out by hand."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from uuid import UUID

from sqlmodel import Session, col, select

from referral.appointments.models import Appointment, HeldCell, HeldTime
from referral.appointments.states import LIVE, State
from referral.notices.models import Audience, Notice, NoticeStatus
from referral.record.models import Event

# Whom each event concerns, by what happened and who did it: `p` the person, `c` the clinic.
TOLD = {
    ("requested", "patient"): "pc",
    ("requested", "system"): "c",
    ("received", "staff"): "p",
    ("offered", "staff"): "p",
    ("booked", "staff"): "p",
    ("moved", "staff"): "p",
    ("released", "staff"): "p",
    ("waitlisted", "staff"): "p",
    ("declined", "staff"): "p",
    ("no_show", "staff"): "p",
    ("cancelled", "staff"): "p",
    ("entered_in_error", "staff"): "p",
    ("accepted", "patient"): "pc",
    ("refused", "patient"): "c",
    ("move_asked", "patient"): "c",
    ("asked_again", "patient"): "c",
    ("cancelled", "patient"): "pc",
    ("lapsed", "system"): "pc",
    ("expired", "system"): "pc",
    ("cancelled", "system"): "p",
    ("sent_on", "system"): "p",
}
REMINDERS = {
    "half_time",
    "deadline",
    "overdue",
    "offer_reminder",
    "still_waiting",
    "waiting_ends_soon",
    "visit_soon",
    "move_half_time",
    "move_late",
    "move_overdue",
    "move_unanswered",
    "outcome_asked",
}
# What brings the clinic's calendar up to date is counted on its own.
NO_NEWS = REMINDERS | {"visit_changed"}
# What happened to a request without being a version of it.
NO_VERSION = {"appointment.erased", "appointment.mail_failed"}
VISITED = {State.BOOKED, State.ARRIVED, State.NO_SHOW, State.COMPLETED}


def check_all(
    session: Session, appointments: Iterable[Appointment], *, pointless: Collection[UUID] = ()
) -> None:
    """Raise AssertionError where any of the promises is broken for these requests.

    `pointless` are notices that told nothing true and new when it was their turn.
    """
    mine = list(appointments)
    ids = [appointment.id for appointment in mine]
    held, events, notices = defaultdict(list), defaultdict(list), defaultdict(list)
    for time in session.exec(select(HeldTime).where(col(HeldTime.appointment_id).in_(ids))):
        held[time.appointment_id].append(time)
    ordered = select(Event).where(col(Event.appointment_id).in_(ids)).order_by(col(Event.number))
    for event in session.exec(ordered):
        events[event.appointment_id].append(event)
    for notice in session.exec(select(Notice).where(col(Notice.appointment_id).in_(ids))):
        assert notice.appointment_id is not None
        notices[notice.appointment_id].append(notice)
    for appointment in mine:
        check_times(appointment, held[appointment.id])
        check_clock(appointment)
        check_record(appointment, events[appointment.id])
        mail = notices[appointment.id]
        check_told(appointment, events[appointment.id], mail, pointless=pointless)
    check_calendars(session, [time for times in held.values() for time in times])
    check_numbers(session, {appointment.clinic_id for appointment in mine})


def check_times(appointment: Appointment, held: Sequence[HeldTime]) -> None:
    """Times are held only for an offer or a visit, and the row says the same."""
    booked = [time for time in held if time.booked]
    offered = [time for time in held if not time.booked]
    state = appointment.state
    assert bool(offered) == (appointment.offer_expires_at is not None)
    assert not offered or state in {State.OFFERED, State.BOOKED}
    assert state is not State.OFFERED or offered
    # A missed visit that is called off keeps its time in the record.
    missed = state is State.CANCELLED and appointment.starts_at is not None
    assert len(booked) == (state in VISITED or missed)
    assert [time.starts_at for time in booked] == (
        [appointment.starts_at] if appointment.starts_at else []
    )


def check_clock(appointment: Appointment) -> None:
    """Time has something to do exactly while a request lives, or its data wait to be erased."""
    erases = appointment.state is State.ENTERED_IN_ERROR and appointment.wrapped_key is not None
    assert (appointment.due_at is not None) == (appointment.state in LIVE or erases)


def check_record(appointment: Appointment, events: Sequence[Event]) -> None:
    """Each version has one event."""
    moves = [event for event in events if event.kind not in NO_VERSION]
    assert appointment.version == len(moves)
    assert sum(event.kind == "appointment.erased" for event in events) <= 1


def check_told(
    appointment: Appointment,
    events: Sequence[Event],
    notices: Sequence[Notice],
    *,
    pointless: Collection[UUID] = (),
) -> None:
    """Each event told exactly those whom it concerns, once, and nothing that waits contradicts."""
    told = Counter(notice.audience for notice in notices if notice.kind not in NO_NEWS)
    wanted = Counter(side for event in events for side in _concerned(event))
    undone = sum(event.kind == "appointment.undone" for event in events)
    assert wanted["c"] <= told[Audience.CLINIC] <= wanted["c"] + undone
    changed = sum(notice.kind == "visit_changed" for notice in notices)
    booked = sum(event.kind == "appointment.booked" for event in events)
    assert booked <= changed <= len(events)
    if appointment.by_phone:
        assert told[Audience.PATIENT] == 0
        # Nobody is left to call once the data are erased.
        is_erased = appointment.wrapped_key is None
        assert is_erased or not _call_is_owed(events) or appointment.call_due_since is not None
    else:
        assert wanted["p"] <= told[Audience.PATIENT] <= wanted["p"] + undone
        fails = any(event.kind == "appointment.mail_failed" for event in events)
        assert fails or appointment.call_due_since is None
        newest = max((notice.version for notice in notices if _tells(notice, pointless)), default=0)
        assert newest >= _last_news(events) or (fails and _is_called(appointment, events))
    waiting = [notice.audience for notice in notices if notice.status is NoticeStatus.WAITING]
    assert len(waiting) == len(set(waiting)), notices


def check_warned(events: Sequence[Event], notices: Sequence[Notice]) -> None:
    """A clinic that let a request expire was warned; a waiting list had its news, at most two."""
    kinds = Counter(notice.kind for notice in notices)
    for event in events:
        if event.kind == "appointment.expired" and event.data["from"] in {"requested", "received"}:
            assert kinds["deadline"] >= 1
    lists = sum(event.kind == "appointment.waitlisted" for event in events)
    undone = sum(event.kind == "appointment.undone" for event in events)
    assert kinds["still_waiting"] + kinds["waiting_ends_soon"] <= 2 * (lists + undone)


def check_calendars(session: Session, held: Sequence[HeldTime]) -> None:
    """No two held times of a calendar overlap, and the cells are just theirs."""
    in_order = sorted(held, key=lambda time: (time.calendar_id, time.starts_at))
    for one, other in pairwise(in_order):
        assert one.calendar_id != other.calendar_id or one.ends_at <= other.starts_at
    mine = select(HeldCell).where(col(HeldCell.calendar_id).in_({t.calendar_id for t in held}))
    minutes = sum((time.ends_at - time.starts_at).total_seconds() / 60 for time in held)
    assert 5 * len(session.exec(mine).all()) == minutes


def check_numbers(session: Session, clinics: set[UUID]) -> None:
    """The events of each clinic are numbered without a gap."""
    for clinic_id in clinics:
        numbers = session.exec(select(Event.number).where(Event.clinic_id == clinic_id)).all()
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def _concerned(event: Event) -> str:
    return TOLD.get((event.kind.partition(".")[2], event.actor.partition(":")[0]), "")


def _tells(notice: Notice, pointless: Collection[UUID]) -> bool:
    """Say whether a notice tells the person how things stand, or soon will."""
    if notice.audience is not Audience.PATIENT:
        return False
    is_news = notice.kind not in REMINDERS
    waits = notice.status is NoticeStatus.WAITING or notice.id in pointless
    return notice.status is NoticeStatus.SENT or (is_news and waits)


def _is_called(appointment: Appointment, events: Sequence[Event]) -> bool:
    """Say whether the person is to be called, was, or can be no more, where no letter told them."""
    moves = [event for event in events if event.kind not in NO_VERSION]
    since = moves[_last_news(events) - 1 :]
    was_told = any(e.kind == "appointment.called" or e.actor == "patient" for e in since)
    return appointment.call_due_since is not None or appointment.wrapped_key is None or was_told


def _last_news(events: Sequence[Event]) -> int:
    """Return the version of the last event that concerns the person and was not undone."""
    standing: list[tuple[int, str]] = []
    moves = (event for event in events if event.kind not in NO_VERSION)
    for version, event in enumerate(moves, 1):
        if event.kind == "appointment.undone":
            standing.pop()
        else:
            standing.append((version, _concerned(event)))
    # A request that time sent on was announced by the one before it.
    return max((version for version, sides in standing if "p" in sides), default=0)


def _call_is_owed(events: Sequence[Event]) -> bool:
    """Say whether news came from the clinic or from time since the last call or own move."""
    owed = False
    for event in events:
        called_off = event.kind == "appointment.undone" and event.data["undone"] == "called"
        is_news = "p" in _concerned(event) and event.actor != "patient"
        is_known = event.kind == "appointment.called" or event.actor == "patient"
        owed = (owed and not is_known) or called_off or is_news
    return owed
