"""Where a clinic stands in a list, and why: one function of four things, the same for all. Pure.

Each thing that speaks against a clinic counts as miles that it is farther away, so the sum can be
read: one that counts as 7 miles stands before one that counts as 8. Nothing else is looked at, and
nobody can pay for a place. docs/ranking.md is written from the tables below.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Facts:
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


FACTS = tuple(field.name for field in fields(Facts))


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a place, and the miles that it counts for."""

    code: Code
    miles: float


@dataclass(frozen=True, slots=True)
class Rank:
    """As how far away a clinic counts: the sum of the miles of its reasons."""

    counts_as_miles: float
    reasons: tuple[Reason, ...]


PAUSED_MILES = 20
UNCONFIRMED_MILES = 5
NOT_MEASURED_MILES = 1
# For each week until the next free one, and at most.
WEEK_MILES, MOST_WEEKS = 1, 4
# Whether it was one or two: after the third a clinic is paused.
UNANSWERED_MILES = 5
LISTED: Reason = Reason(Code.TO_CALL, 4)
CAPACITY: Mapping[Accepting, Reason] = {
    Accepting.YES: Reason(Code.ACCEPTING, 0),
    Accepting.UNKNOWN: Reason(Code.CAPACITY_UNKNOWN, 2),
    Accepting.WAITLIST: Reason(Code.WAITLIST, 6),
    Accepting.NO: Reason(Code.NO_NEW_PATIENTS, 20),
}
# A median of up to so many hours counts as so many miles; a longer one as `SLOWEST_MILES`.
ANSWERS = ((4, 0), (24, 1), (72, 2))
SLOWEST_MILES = 4


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
    yield Reason(Code.PAUSED, PAUSED_MILES) if facts.paused else CAPACITY[facts.accepting]
    if weeks := _weeks_until(facts.next_free_week, today):
        yield Reason(Code.FREE_LATER, WEEK_MILES * min(weeks, MOST_WEEKS))
    yield _freshness(facts.confirmed_at, today)
    yield _answering(facts.median_answer_seconds)
    if facts.left_unanswered:
        yield Reason(Code.LEFT_UNANSWERED, UNANSWERED_MILES)


def _weeks_until(week: date | None, today: date) -> int:
    return 0 if week is None else max(0, (week - week_of(today)).days // 7)


def _freshness(confirmed_at: datetime | None, today: date) -> Reason:
    is_fresh = confirmed_at is not None and today - confirmed_at.astimezone(UTC).date() <= FRESH
    return Reason(Code.CONFIRMED, 0) if is_fresh else Reason(Code.UNCONFIRMED, UNCONFIRMED_MILES)


def _answering(seconds: int | None) -> Reason:
    if seconds is None:
        return Reason(Code.ANSWERS_NOT_MEASURED, NOT_MEASURED_MILES)
    miles = (miles for hours, miles in ANSWERS if seconds <= hours * HOUR)
    return Reason(Code.ANSWERS_MEASURED, next(miles, SLOWEST_MILES))
