"""Who is told what: each move and each duty, as notices or as a call that the clinic owes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from referral.appointments.deadlines import Duty
from referral.appointments.life.reaching import heard, owe_call
from referral.appointments.models import Appointment
from referral.appointments.states import Action, Actor, State
from referral.notices import outbox
from referral.notices.models import Audience
from referral.notices.outbox import Draft

PATIENT, CLINIC, OPERATOR = Audience.PATIENT, Audience.CLINIC, Audience.OPERATOR
Told = Mapping[Audience, str]

# The clinic's own calendar entry is brought up to date, whoever changed the visit.
VISIT_CHANGED = "visit_changed"
NEW: Told = {PATIENT: "requested", CLINIC: "new_request"}

# By action and actor; what is missing concerns nobody but the one who did it.
MOVES: Mapping[tuple[Action, Actor], Told] = {
    (Action.RECEIVE, Actor.STAFF): {PATIENT: "received"},
    (Action.OFFER, Actor.STAFF): {PATIENT: "offered"},
    (Action.BOOK, Actor.STAFF): {PATIENT: "booked", CLINIC: VISIT_CHANGED},
    (Action.MOVE, Actor.STAFF): {PATIENT: "moved", CLINIC: VISIT_CHANGED},
    (Action.RELEASE, Actor.STAFF): {PATIENT: "released", CLINIC: VISIT_CHANGED},
    (Action.WAITLIST, Actor.STAFF): {PATIENT: "waitlisted"},
    (Action.DECLINE, Actor.STAFF): {PATIENT: "declined"},
    (Action.NO_SHOW, Actor.STAFF): {PATIENT: "missed"},
    (Action.CANCEL, Actor.STAFF): {PATIENT: "cancelled_by_clinic", CLINIC: VISIT_CHANGED},
    (Action.ENTER_IN_ERROR, Actor.STAFF): {PATIENT: "withdrawn", CLINIC: VISIT_CHANGED},
    (Action.ACCEPT, Actor.PATIENT): {PATIENT: "booked", CLINIC: "accepted"},
    (Action.REFUSE, Actor.PATIENT): {CLINIC: "refused"},
    (Action.ASK_MOVE, Actor.PATIENT): {CLINIC: "move_asked"},
    (Action.ASK_AGAIN, Actor.PATIENT): {CLINIC: "asked_again"},
    (Action.CANCEL, Actor.PATIENT): {PATIENT: "cancelled_by_you", CLINIC: "cancelled"},
    (Action.LAPSE, Actor.SYSTEM): {PATIENT: "lapsed", CLINIC: "offer_lapsed"},
    (Action.EXPIRE, Actor.SYSTEM): {PATIENT: "expired", CLINIC: "request_expired"},
    (Action.CANCEL, Actor.SYSTEM): {PATIENT: "closed"},
    (Action.SEND_ON, Actor.SYSTEM): {PATIENT: "sent_on"},
}
# The clinic did answer those on its waiting list: it had no time for them.
LIST_ENDED: Told = {PATIENT: "list_ended", CLINIC: "list_ran_out"}
DUTIES: Mapping[Duty, Told] = {
    Duty.REMIND_CLINIC: {CLINIC: "half_time"},
    Duty.WARN: {CLINIC: "deadline", OPERATOR: "overdue"},
    Duty.REMIND_OFFER: {PATIENT: "offer_reminder"},
    Duty.WAITLIST_NEWS: {PATIENT: "still_waiting"},
    Duty.WAITLIST_LAST_NEWS: {PATIENT: "waiting_ends_soon"},
    Duty.REMIND_VISIT: {PATIENT: "visit_soon"},
    Duty.REMIND_MOVE: {CLINIC: "move_half_time"},
    Duty.WARN_MOVE: {CLINIC: "move_late", OPERATOR: "move_overdue", PATIENT: "move_unanswered"},
    Duty.ASK_OUTCOME: {CLINIC: "outcome_asked"},
}
# What is said where an undone move has been told already.
CORRECTIONS: Told = {PATIENT: "corrected", CLINIC: VISIT_CHANGED}
WAITLIST_NEWS = frozenset({"still_waiting", "waiting_ends_soon"})


def of_new(
    session: Session,
    appointment_id: UUID,
    clinic_id: UUID,
    *,
    tell_patient: bool,
    now: datetime,
) -> None:
    """Tell the clinic of a new request and, if they can be told, the person."""
    told = NEW if tell_patient else {CLINIC: NEW[CLINIC]}
    drafts = [Draft(who, kind, appointment_id, clinic_id, 1) for who, kind in told.items()]
    outbox.put_first(session, drafts, now=now)


def of_move(
    session: Session,
    appointment: Appointment,
    cause: tuple[Action, Actor],
    codes: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Tell those whom a move concerns; `appointment` is as it is after the move."""
    action, actor = cause
    told = MOVES.get((action, Actor.STAFF if actor is Actor.ADMIN else actor), {})
    if "listed" in codes:
        told = LIST_ENDED
    if action is Action.UNDO:
        told = _correction(session, appointment, codes, now)
    if actor is Actor.PATIENT:
        # Whoever acts by the link has read there what the clinic still had to tell by phone.
        heard(appointment)
    if not _is_visit_changed(appointment, codes):
        told = {who: kind for who, kind in told.items() if kind != VISIT_CHANGED}
    _tell(session, appointment, told, codes, now=now, calls=actor is not Actor.PATIENT)


def of_duty(session: Session, appointment: Appointment, duty: Duty, *, now: datetime) -> None:
    """Tell those whom a deadline concerns; nobody has two letters about one request waiting."""
    told = dict(DUTIES.get(duty, {}))
    waiting = untold(session, appointment)
    for who in told.keys() & waiting.keys():
        # News that still waits says more than a reminder; a warning says more than such news.
        if who is PATIENT or duty is Duty.REMIND_CLINIC:
            del told[who]
        else:
            outbox.supersede(session, appointment.id, who, before_version=appointment.version + 1)
    if appointment.quiet:
        told = {who: kind for who, kind in told.items() if kind not in WAITLIST_NEWS}
    _tell(session, appointment, told, {}, now=now, calls=True)


def untold(session: Session, appointment: Appointment) -> dict[Audience, str]:
    """Return the kind of the news that each side was not sent yet, where there is any."""
    return outbox.waiting_kinds(session, appointment.id)


def _correction(
    session: Session, appointment: Appointment, codes: Mapping[str, Any], now: datetime
) -> Told:
    """Correct what an undone move told; what was not sent yet is taken back instead.

    What waited to be told before, and gave way to the undone move, is then told after all.
    """
    told = {}
    for who in CORRECTIONS.keys() & MOVES.get((codes["undone"], Actor.STAFF), {}).keys():
        if not outbox.take_back(session, appointment.id, who, version=codes["version"], now=now):
            told[who] = CORRECTIONS[who]
        elif who in codes["untold"]:
            told[who] = codes["untold"][who]
    return told


def _is_visit_changed(appointment: Appointment, codes: Mapping[str, Any]) -> bool:
    """Say whether a move, by its codes, booked, moved or freed a visit."""
    before = codes.get("visit_starts_at"), codes.get("visit_ends_at")
    if appointment.state is not State.BOOKED:
        return before != (None, None)
    booked = appointment.starts_at, appointment.ends_at
    return before != tuple(moment and moment.isoformat() for moment in booked)


def _tell(
    session: Session,
    appointment: Appointment,
    told: Told,
    codes: Mapping[str, Any],
    *,
    now: datetime,
    calls: bool,
) -> None:
    for audience, kind in told.items():
        if audience is PATIENT and appointment.by_phone:
            if calls:
                owe_call(appointment, now)
            continue
        draft = Draft(
            audience, kind, appointment.id, appointment.clinic_id, appointment.version, codes
        )
        outbox.put(session, draft, now=now)
