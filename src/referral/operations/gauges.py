"""How the service stands, in numbers that any process reads from the database alike."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, and_, col, func, select

from referral.appointments.models import Appointment
from referral.appointments.states import WAITING, State
from referral.notices import outbox
from referral.notices.models import Notice, NoticeStatus
from referral.operations.models import WORKER, Heartbeat
from referral.record.models import Event
from referral.webhooks.models import Webhook


@dataclass(frozen=True, slots=True)
class Gauges:
    """Counts, and ages in seconds: 0 where nothing waits.

    `beat_age` is None before the worker's first round. `notice_age` is how long ago the notice that
    is overdue longest was due, `due_age` the same of what time has to do with requests, `event_age`
    how old the oldest event is that a webhook which is not paused has not taken.
    """

    beat_age: float | None
    sends_mail: bool
    notices: dict[NoticeStatus, int]
    notice_age: float
    due_age: float
    requests: dict[State, int]
    overdue: int
    webhooks_behind: int
    webhooks_paused: int
    event_age: float


def measure(session: Session, *, now: datetime) -> Gauges:
    """Return how the service stands at `now`."""
    beat = session.get(Heartbeat, WORKER)
    behind, oldest = _behind(session)
    waiting = col(Notice.status) == NoticeStatus.WAITING
    paused = select(func.count()).where(col(Webhook.paused_at).is_not(None))
    return Gauges(
        beat_age=None if beat is None else (now - beat.at).total_seconds(),
        sends_mail=beat is not None and beat.sends_mail,
        notices=outbox.counts(session),
        notice_age=_age(session.scalar(select(func.min(Notice.due_at)).where(waiting)), now),
        due_age=_age(session.scalar(select(func.min(Appointment.due_at))), now),
        requests=_requests(session),
        overdue=_overdue(session, now),
        webhooks_behind=behind,
        webhooks_paused=session.exec(paused).one(),
        event_age=_age(oldest, now),
    )


def _age(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())


def _requests(session: Session) -> dict[State, int]:
    state = col(Appointment.state)
    found = dict(session.exec(select(state, func.count()).group_by(state)).all())
    return {each: found.get(each, 0) for each in State}


def _overdue(session: Session, now: datetime) -> int:
    late = select(func.count()).where(
        col(Appointment.state).in_(WAITING), col(Appointment.answer_by) < now
    )
    return session.exec(late).one()


def _behind(session: Session) -> tuple[int, datetime | None]:
    """Return how many webhooks have an event to take, and when the oldest of these came."""
    next_one = and_(
        col(Event.clinic_id) == col(Webhook.clinic_id),
        col(Event.number) == col(Webhook.delivered) + 1,
    )
    found = (
        select(func.count(), func.min(Event.at))
        .select_from(Webhook)
        .join(Event, next_one)
        .where(col(Webhook.paused_at).is_(None))
    )
    return session.exec(found).one()
