"""Where a clinic stands in a list, and why: one function of four things, the same for all. Pure.

Each thing that speaks against a clinic counts as miles that it is farther away, so the sum can be
read: one that counts as 7 miles stands before one that counts as 8. Nothing else is looked at, and
nobody can pay for a place. docs/ranking.md is written from the tables below.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from referral.clinics.standing import Accepting, Standing

ASKED_AFTER = timedelta(days=90)
# A fortnight after it was asked whether its details are right, a clinic that says nothing sinks.
FRESH = timedelta(days=104)
HOUR = 3600


class Code(StrEnum):
    """A reason for a place."""

    DISTANCE = "distance"
    ACCEPTING = "accepting"
    CAPACITY_UNKNOWN = "capacity_unknown"
    WAITLIST = "waitlist"
    TO_CALL = "to_call"
    NO_NEW_PATIENTS = "no_new_patients"
    PAUSED = "paused"
    FREE_LATER = "free_later"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    ANSWERS_MEASURED = "answers_measured"
    ANSWERS_NOT_MEASURED = "answers_not_measured"
    LEFT_UNANSWERED = "left_unanswered"


class Facts(NamedTuple):
    """What counts of a clinic beside its distance.

    `next_free_week` is its Monday, `confirmed_at` when the clinic last said that its details are
    right, `median_answer_seconds` what was measured if there was enough of it, and
    `left_unanswered` how many requests in a row it has let expire.
    """

    standing: Standing
    accepting: Accepting
    paused: bool = False
    next_free_week: date | None = None
    confirmed_at: datetime | None = None
    median_answer_seconds: int | None = None
    left_unanswered: int = 0


class Reason(NamedTuple):
    """One reason for a place, and the miles that it counts for."""

    code: Code
    miles: float


class Rank(NamedTuple):
    """As how far away a clinic counts: the sum of the miles of its reasons."""

    counts_as_miles: float
    reasons: tuple[Reason, ...]


LISTED = Reason(Code.TO_CALL, 4)
PAUSED = Reason(Code.PAUSED, 20)
CAPACITY: Mapping[Accepting, Reason] = {
    Accepting.YES: Reason(Code.ACCEPTING, 0),
    Accepting.UNKNOWN: Reason(Code.CAPACITY_UNKNOWN, 2),
    Accepting.WAITLIST: Reason(Code.WAITLIST, 6),
    Accepting.NO: Reason(Code.NO_NEW_PATIENTS, 20),
}
# For each week until the next free one, and at most.
WEEK_MILES, MOST_WEEKS = 1, 4
CONFIRMED, UNCONFIRMED = Reason(Code.CONFIRMED, 0), Reason(Code.UNCONFIRMED, 5)
# For a median of up to so many hours, and for a longer one.
ANSWERS = tuple(
    (hours, Reason(Code.ANSWERS_MEASURED, miles)) for hours, miles in ((4, 0), (24, 1), (72, 2))
)
SLOWEST = Reason(Code.ANSWERS_MEASURED, 4)
NOT_MEASURED = Reason(Code.ANSWERS_NOT_MEASURED, 1)
# Whether it was one or two: after the third a clinic is paused.
UNANSWERED = Reason(Code.LEFT_UNANSWERED, 5)


def rank(distance: float, facts: Facts, *, today: date) -> Rank:
    """Return where a clinic `distance` miles away stands on a day (UTC), and why."""
    reasons = (Reason(Code.DISTANCE, distance), *_reasons(facts, today))
    return Rank(sum(reason.miles for reason in reasons), reasons)


def handicap(facts: Facts, *, today: date) -> float:
    """Return the miles that count beside a clinic's distance: they are the same for all who ask."""
    return rank(0, facts, today=today).counts_as_miles


def week_of(day: date) -> date:
    """Return the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def _reasons(facts: Facts, today: date) -> Iterator[Reason]:
    if facts.standing is Standing.LISTED:
        # Of a clinic that is to be called we know nothing but its place.
        yield LISTED
        return
    yield PAUSED if facts.paused else CAPACITY[facts.accepting]
    if weeks := _weeks_until(facts.next_free_week, today):
        yield Reason(Code.FREE_LATER, WEEK_MILES * min(weeks, MOST_WEEKS))
    yield _freshness(facts.confirmed_at, today)
    yield _answering(facts.median_answer_seconds)
    if facts.left_unanswered:
        yield UNANSWERED


def _weeks_until(week: date | None, today: date) -> int:
    return 0 if week is None else max(0, (week - week_of(today)).days // 7)


def _freshness(confirmed_at: datetime | None, today: date) -> Reason:
    is_fresh = confirmed_at is not None and today - confirmed_at.astimezone(UTC).date() <= FRESH
    return CONFIRMED if is_fresh else UNCONFIRMED


def _answering(seconds: int | None) -> Reason:
    if seconds is None:
        return NOT_MEASURED
    return next((reason for hours, reason in ANSWERS if seconds <= hours * HOUR), SLOWEST)
