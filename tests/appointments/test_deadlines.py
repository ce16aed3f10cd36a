"""What time does by itself: each plan, a worker on time and one that was away for months."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.appointments.deadlines import (
    PAUSE,
    PLANS,
    Clock,
    Due,
    Duty,
    first,
    following,
    now_due,
)
from referral.appointments.states import ENDS, LIVE, State

DAY = timedelta(days=1)
START = datetime(2026, 12, 1, 15, tzinfo=UTC)
# The duties that end a state; after any other the request stays where it is.
ENDING = {Duty.EXPIRE, Duty.LAPSE, Duty.CLOSE, Duty.ERASE}
Done = tuple[Duty, datetime]


def clock_at(
    state: State,
    stage: int = 0,
    answer_by: datetime = START + DAY,
    **more: Any,  # noqa: ANN401 - any other field of a clock
) -> Clock:
    """Return a clock of a request that ends a day after the promised answer."""
    return Clock(state, stage, START, answer_by, answer_by + DAY, **more)


def worked(clock: Clock, pauses: Iterator[timedelta]) -> Iterator[tuple[Due, Done]]:
    """Yield what was noted as due and what a worker did, until a duty ends the state.

    The worker comes later than the noted time by the next of `pauses`.
    """
    due, now = first(clock), clock.since
    while due is not None:
        now = max(now, due.at) + next(pauses, timedelta(0))
        done = now_due(clock, now)
        assert done is not None
        yield due, (done.duty, now)
        if clock.state is State.BOOKED and done.duty is Duty.LAPSE:
            clock = replace(clock, offer_expires_at=None)
        elif done.duty in ENDING:
            return
        clock = replace(clock, stage=done.stage)
        due = following(clock, now)


def on_time(clock: Clock) -> list[tuple[str, float]]:
    """Return what a worker that is never late does, and after how many days."""
    return [(duty.value, (at - clock.since) / DAY) for _, (duty, at) in worked(clock, iter(()))]


def at(days: float) -> datetime:
    """Return the moment some days after the start."""
    return START + days * DAY


VISIT = {"starts_at": at(5), "ends_at": at(5.5)}
SOON = {"starts_at": at(0.5), "ends_at": at(0.6)}


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (
            clock_at(State.REQUESTED, 0, at(2)),
            [("remind_clinic", 1), ("warn", 2), ("expire", 3)],
        ),
        (
            clock_at(State.RECEIVED, 0, at(4)),
            [("remind_clinic", 2), ("warn", 4), ("expire", 5)],
        ),
        # Half of the time is half of the hours in which the clinic is open.
        (
            clock_at(State.REQUESTED, 0, at(2), remind_at=at(1.7)),
            [("remind_clinic", 1.7), ("warn", 2), ("expire", 3)],
        ),
        (
            clock_at(State.RECEIVED, 1, at(4)),
            [("warn", 4), ("expire", 5)],
        ),
        # A promise that has passed already: warned at once, then the day of grace.
        (clock_at(State.RECEIVED, 0, at(-0.5)), [("warn", 0), ("expire", 0.5)]),
        (
            clock_at(State.OFFERED, 0, at(1), offer_expires_at=at(1)),
            [("remind_offer", 0.5), ("lapse", 1)],
        ),
        (
            clock_at(State.WAITLISTED, 0, at(1)),
            [("waitlist_news", 7), ("waitlist_last_news", 14), ("expire", 21)],
        ),
        (
            clock_at(State.BOOKED, 0, at(1), **VISIT),
            [("remind_visit", 4), ("ask_outcome", 6.5), ("close", 12.5)],
        ),
        # A wish for another time is a promise too, before or after the reminder of the visit.
        (
            clock_at(State.BOOKED, 0, at(1), wants_move=True, **VISIT),
            [
                ("remind_move", 0.5),
                ("warn_move", 1),
                ("remind_visit", 4),
                ("ask_outcome", 6.5),
                ("close", 12.5),
            ],
        ),
        (
            clock_at(State.BOOKED, 0, at(4.5), wants_move=True, **VISIT),
            [
                ("remind_move", 2.25),
                ("remind_visit", 4),
                ("warn_move", 4.5),
                ("ask_outcome", 6.5),
                ("close", 12.5),
            ],
        ),
        # Less than a day ahead: no reminder.
        (clock_at(State.BOOKED, 0, at(1), **SOON), [("ask_outcome", 1.6), ("close", 7.6)]),
        (
            clock_at(State.BOOKED, 0, at(1), offer_expires_at=at(2), **VISIT),
            [("lapse", 2), ("remind_visit", 4), ("ask_outcome", 6.5), ("close", 12.5)],
        ),
        (clock_at(State.ARRIVED, 0, at(1), **SOON), [("close", 7.6)]),
        (clock_at(State.NO_SHOW, 0, at(1), **SOON), [("close", 14)]),
        (clock_at(State.ENTERED_IN_ERROR, 0, at(1)), [("erase", 1)]),
        *((clock_at(state, 0, at(1)), []) for state in ENDS if state not in PLANS),
    ],
)
def test_a_worker_on_time_does_the_plan(clock: Clock, expected: list[tuple[str, float]]) -> None:
    done = on_time(clock)

    assert [duty for duty, _ in done] == [duty for duty, _ in expected]
    assert [days for _, days in done] == pytest.approx([days for _, days in expected])


def test_every_live_state_has_a_plan_that_ends_it() -> None:
    assert set(PLANS) == {*LIVE, State.ENTERED_IN_ERROR}
    for plan in PLANS.values():
        assert plan[-1].duty in ENDING
        assert plan[-1].must


SPANS = st.timedeltas(timedelta(hours=-60), timedelta(days=60))
PAUSES = st.one_of(
    st.just(timedelta(0)),
    st.timedeltas(timedelta(0), timedelta(hours=5)),
    st.timedeltas(timedelta(0), timedelta(days=200)),
)


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """Any clock of a live state, sensible or not."""
    starts = START + draw(SPANS)
    ends = starts + draw(st.timedeltas(timedelta(minutes=5), timedelta(hours=4)))
    offer = draw(st.none() | SPANS)
    answer_by = START + draw(SPANS)
    return Clock(
        draw(st.sampled_from(sorted(PLANS))),
        draw(st.integers(0, 1)),
        START,
        answer_by,
        answer_by + draw(st.timedeltas(timedelta(hours=1), timedelta(days=5))),
        offer_expires_at=None if offer is None else START + offer,
        starts_at=starts,
        ends_at=ends,
        wants_move=draw(st.booleans()),
        remind_at=answer_by - draw(st.timedeltas(timedelta(hours=1), timedelta(days=5))),
    )


@settings(max_examples=500, derandomize=True, database=None, deadline=None)
@given(clock=clocks(), pauses=st.lists(PAUSES, max_size=6))
def test_time_goes_on_whatever_the_worker_misses(clock: Clock, pauses: list[timedelta]) -> None:
    steps = list(worked(clock, iter(pauses)))

    moments = [now for _, (_, now) in steps]
    noted = [due.at for due, _ in steps]
    assert noted == sorted(noted)
    # What is noted after the first duty never lies behind the moment it was noted in.
    assert all(later >= now for later, now in zip(noted[1:], moments, strict=False))
    # The plan, a wish for another time and at most one offer of it: it comes to an end.
    assert len(steps) <= len(PLANS[clock.state]) + 3
    if steps:
        assert steps[-1][1][0] in ENDING
    else:
        assert clock.stage >= len(PLANS[clock.state])


@pytest.mark.parametrize("half_time", [3.5, 4, 4.5])
@pytest.mark.parametrize(("back", "about_move"), [(4.6, "remind_move"), (4.9, "warn_move")])
def test_the_worker_was_away_and_either_side_hears_at_once_what_concerns_it(
    half_time: float, back: float, about_move: str
) -> None:
    wish = {"wants_move": True, "remind_at": at(half_time)}
    clock = clock_at(State.BOOKED, 0, at(4.8), **wish, **VISIT)

    done = list(worked_duties(clock, [at(back) - min(at(half_time), at(4))]))

    assert {duty.value for duty, when in done if when == at(back)} == {"remind_visit", about_move}


@settings(max_examples=500, derandomize=True, database=None, deadline=None)
@given(
    state=st.sampled_from([State.REQUESTED, State.RECEIVED]),
    promised=SPANS,
    pauses=st.lists(PAUSES, max_size=4),
)
def test_the_clinic_is_warned_before_a_request_expires(
    state: State, promised: timedelta, pauses: list[timedelta]
) -> None:
    clock = clock_at(state, 0, START + promised)

    done = dict(worked_duties(clock, pauses))

    assert done[Duty.EXPIRE] - done[Duty.WARN] >= min(
        PAUSE, max(clock.expires_at - done[Duty.WARN], timedelta(0))
    )
    assert done[Duty.EXPIRE] > done[Duty.WARN]


def worked_duties(clock: Clock, pauses: list[timedelta]) -> Iterator[Done]:
    """Yield what was done and when."""
    for _, done in worked(clock, iter(pauses)):
        yield done


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(clock=clocks())
def test_what_is_due_is_what_was_noted(clock: Clock) -> None:
    for due, (done, _) in worked(clock, iter(())):
        assert done in {due.duty, Duty.LAPSE}
