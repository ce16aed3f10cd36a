"""What goes out: a clinic's figures, what the worker counted, and what everybody may see."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from referral.appointments.states import LIVE, State
from referral.statistics.counting import Bounds, Tally, percentile

HOUR = 3600


class FirstAnswer(BaseModel):
    """How long the first answer took, in hours by the clock, nights and weekends included.

    Only requests that have had an answer count.
    """

    median_hours: float | None
    ninetieth_percentile_hours: float | None


class Closure(BaseModel):
    """What became of the requests: these four add up to all of them."""

    answered: int = Field(description="offered a time, booked, put on the waiting list or declined")
    expired: int = Field(description="ended by themselves without an answer")
    open: int = Field(description="waiting for their first answer")
    withdrawn: int = Field(description="called off, or entered in error, before an answer")
    share_answered: float | None = Field(description="of all requests of the period; null of none")


class Visits(BaseModel):
    """The visits of these requests that were due, each rebooked one as a visit of its own."""

    due: int
    missed: int
    share_missed: float | None


class Figures(BaseModel):
    """The requests that were sent in a period, as they are now."""

    received: int
    by_state: dict[State, int]
    by_level: dict[str, int]
    phone_only: int
    first_answer: FirstAnswer
    closure: Closure
    visits: Visits

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """Return what was counted."""
        received = tally.states.total()
        return cls(
            received=received,
            by_state=dict(tally.states),
            by_level=dict(tally.levels),
            phone_only=tally.by_phone,
            first_answer=FirstAnswer(
                median_hours=_hours(percentile(tally.seconds, 50)),
                ninetieth_percentile_hours=_hours(percentile(tally.seconds, 90)),
            ),
            closure=_closure(tally, received),
            visits=Visits(
                due=tally.visits,
                missed=tally.missed,
                share_missed=_share(tally.missed, tally.visits),
            ),
        )


class ClinicFigures(Figures):
    """A clinic's requests that were sent from one moment on and before another."""

    model_config = ConfigDict(serialize_by_alias=True)

    starts_at: datetime = Field(alias="from")
    before: datetime


class ClinicCount(BaseModel):
    """A clinic's requests that got an answer, and those that ended without one."""

    id: UUID
    name: str
    answered: int
    unanswered: int


class Stock(BaseModel):
    """What the worker counted last: exact, so for the operator only."""

    model_config = ConfigDict(from_attributes=True)

    starts_at: datetime
    ends_at: datetime
    counted_at: datetime
    overall: Figures
    clinics: list[ClinicCount]


class Published(BaseModel):
    """A count, between two numbers that are the same unless a small one must stay hidden."""

    at_least: int
    at_most: int

    @classmethod
    def of(cls, bounds: Bounds) -> Self:
        """Return what is said of a count."""
        return cls(**bounds._asdict())


class AnswerCounts(BaseModel):
    """Requests that got an answer, and those that ended without one.

    Those that still wait, or that the person called off, are in neither.
    """

    answered: Published
    unanswered: Published


class ClinicAnswers(AnswerCounts):
    """How one clinic answers."""

    id: UUID
    name: str


class PublicStatistics(BaseModel):
    """How clinics answer: the last 90 full days (UTC), counted once a day."""

    model_config = ConfigDict(serialize_by_alias=True)

    starts_at: datetime = Field(alias="from")
    before: datetime
    median_hours: float | None = Field(description="half of the first answers took no longer")
    overall: AnswerCounts
    clinics: list[ClinicAnswers]


def _closure(tally: Tally, received: int) -> Closure:
    unanswered, answered = tally.unanswered, len(tally.seconds)
    expired, open_ = unanswered[State.EXPIRED], sum(unanswered[state] for state in LIVE)
    return Closure(
        answered=answered,
        expired=expired,
        open=open_,
        withdrawn=received - answered - expired - open_,
        share_answered=_share(answered, received),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _hours(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / HOUR, 2)
