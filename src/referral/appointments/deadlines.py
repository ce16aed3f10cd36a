"""What time does by itself: reminders, warnings and ends, and when each is due. Pure.

Every plan of a live state ends in a duty that leads nearer to an end state, so time alone brings
each request to one. A duty that came too late to be useful is passed over, unless it is `must`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from referral.appointments.states import State

OFFER_LASTS = timedelta(days=1)
LONGEST_OFFER = timedelta(days=7)
WAITLIST_NEWS = timedelta(days=7)
# Within the time for which the answers hold, so that the request can then go to another clinic.
WAITLIST_ENDS = timedelta(days=21)
BEFORE_VISIT = timedelta(days=1)
OUTCOME_ASKED = timedelta(days=1)
CLOSES = timedelta(days=7)
ERROR_ERASED = timedelta(days=1)
NO_SHOW_CLOSES = timedelta(days=14)
# After a pause of the worker, the last warning still comes this long before the end.
PAUSE = timedelta(hours=4)


class Duty(StrEnum):
    """What is due."""

    REMIND_CLINIC = "remind_clinic"
    WARN = "warn"
    EXPIRE = "expire"
    REMIND_OFFER = "remind_offer"
    LAPSE = "lapse"
    WAITLIST_NEWS = "waitlist_news"
    WAITLIST_LAST_NEWS = "waitlist_last_news"
    REMIND_VISIT = "remind_visit"
    REMIND_MOVE = "remind_move"
    WARN_MOVE = "warn_move"
    ASK_OUTCOME = "ask_outcome"
    CLOSE = "close"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Clock:
    """The times of a request that its deadlines follow from; all aware.

    `wants_move`: the person needs another time for the booked visit. `remind_at`: when half of the
    clinic's open time until `answer_by` is over.
    """

    state: State
    stage: int
    since: datetime
    answer_by: datetime
    expires_at: datetime
    offer_expires_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    wants_move: bool = False
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A duty, when it is due, and the stage of the plan that comes after it."""

    duty: Duty
    at: datetime
    stage: int


@dataclass(frozen=True, slots=True)
class _Step:
    duty: Duty
    at: Callable[[Clock], datetime]
    must: bool = False


def _starts(clock: Clock) -> datetime:
    return clock.starts_at or clock.since


def _ends(clock: Clock) -> datetime:
    return clock.ends_at or clock.since


def _offer_ends(clock: Clock) -> datetime:
    return clock.offer_expires_at or clock.since


def _reminds(clock: Clock) -> datetime:
    # What was promised before there was such a moment has the middle instead.
    return clock.remind_at or _half_way(clock.since, clock.answer_by)


def _half_way(start: datetime, end: datetime) -> datetime:
    return start + max(end - start, timedelta(0)) / 2


_ANSWER = (
    _Step(Duty.REMIND_CLINIC, _reminds),
    _Step(Duty.WARN, lambda clock: clock.answer_by, must=True),
    _Step(Duty.EXPIRE, lambda clock: clock.expires_at, must=True),
)
_VISIT = (
    _Step(Duty.REMIND_VISIT, lambda clock: _starts(clock) - BEFORE_VISIT),
    _Step(Duty.ASK_OUTCOME, lambda clock: _ends(clock) + OUTCOME_ASKED),
    _Step(Duty.CLOSE, lambda clock: _ends(clock) + CLOSES, must=True),
)
# While the person waits to hear about another time.
_MOVE = (
    _Step(Duty.REMIND_MOVE, _reminds),
    _Step(Duty.WARN_MOVE, lambda clock: clock.answer_by, must=True),
)

PLANS: Mapping[State, tuple[_Step, ...]] = {
    State.REQUESTED: _ANSWER,
    State.RECEIVED: _ANSWER,
    State.OFFERED: (
        _Step(Duty.REMIND_OFFER, lambda clock: _half_way(clock.since, _offer_ends(clock))),
        _Step(Duty.LAPSE, _offer_ends, must=True),
    ),
    State.WAITLISTED: (
        _Step(Duty.WAITLIST_NEWS, lambda clock: clock.since + WAITLIST_NEWS),
        _Step(Duty.WAITLIST_LAST_NEWS, lambda clock: clock.since + 2 * WAITLIST_NEWS),
        _Step(Duty.EXPIRE, lambda clock: clock.since + WAITLIST_ENDS, must=True),
    ),
    State.BOOKED: _VISIT,
    State.ARRIVED: _VISIT[-1:],
    State.NO_SHOW: (_Step(Duty.CLOSE, lambda clock: clock.since + NO_SHOW_CLOSES, must=True),),
    State.ENTERED_IN_ERROR: (
        _Step(Duty.ERASE, lambda clock: clock.since + ERROR_ERASED, must=True),
    ),
}


def owes_move(clock: Clock) -> bool:
    """Say whether the clinic owes an answer about another time for a booked visit."""
    return clock.state is State.BOOKED and clock.wants_move and clock.offer_expires_at is None


def first(clock: Clock) -> Due | None:
    """Return what is due first in a state just entered, without reminders that came too late."""
    return _earliest(clock, _next(clock, clock.since))


def now_due(clock: Clock, now: datetime) -> Due | None:
    """Return the duty to do at `now`, if one is due.

    After a pause several may be: the first that must not be left out, or that none overtakes.
    """
    if _open_offer_ended(clock, now):
        return Due(Duty.LAPSE, _offer_ends(clock), clock.stage)
    due = _next(clock, now)
    return due if due is not None and due.at <= now else None


def following(clock: Clock, now: datetime) -> Due | None:
    """Return what is due next once the stages before `clock.stage` are done, never in the past."""
    coming = _next(clock, now)
    if coming is not None and coming.at <= now:
        step = _steps(clock)[coming.stage - 1]
        leads_on = step.must and step not in _MOVE
        coming = Due(coming.duty, now + PAUSE if leads_on else now, coming.stage)
    return _earliest(clock, coming)


def _steps(clock: Clock) -> Sequence[_Step]:
    if owes_move(clock):
        return sorted((*_MOVE, *_VISIT), key=lambda step: step.at(clock))
    return PLANS.get(clock.state, ())


def _plan(clock: Clock) -> list[tuple[_Step, Due]]:
    return [
        (step, Due(step.duty, step.at(clock), place + 1))
        for place, step in enumerate(_steps(clock))
        if place >= clock.stage
    ]


def _next(clock: Clock, now: datetime) -> Due | None:
    """Return the first duty of the plan that neither came too late nor is overtaken at `now`.

    A duty of the wish to move and one of the visit are for two: neither overtakes the other.
    """
    plan = _plan(clock)
    past = {step in _MOVE: due.at for step, due in plan if due.at <= now}
    for step, due in plan:
        is_useful = due.at > clock.since and past.get(step in _MOVE, due.at) <= due.at
        if is_useful or step.must:
            return due
    return None


def _earliest(clock: Clock, due: Due | None) -> Due | None:
    """Let an offer of another time for a booked visit end before what is due anyway."""
    if clock.state is not State.BOOKED or clock.offer_expires_at is None:
        return due
    lapse = Due(Duty.LAPSE, clock.offer_expires_at, clock.stage)
    return lapse if due is None or lapse.at < due.at else due


def _open_offer_ended(clock: Clock, now: datetime) -> bool:
    ends = clock.offer_expires_at
    return clock.state is State.BOOKED and ends is not None and ends <= now
