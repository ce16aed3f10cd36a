"""Many at once from several processes: one winner, and every loser learns what is still free."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from conftest import Clock
from crowd import Call, rush
from referral.appointments.models import HeldCell, HeldTime
from referral.appointments.states import State
from referral.db import Database
from referral.settings import Settings
from situations import begin, body
from world import WINDOW, Json, Practice, house, open_practice, send_request

PROCESSES = {"sqlite": 2, "postgresql": 4}
ATTEMPTS = 200
# Half an hour each: all six have the five minutes before 9:30 in common.
STARTS = tuple(f"2026-12-03T09:{minutes:02}:00-05:00" for minutes in range(0, 30, 5))
Answers = list[tuple[int, Any]]


@pytest.fixture
def database(client: TestClient) -> Database:
    return house(client).database


def processes(database: Database) -> int:
    """Return how many processes take part."""
    return PROCESSES[database.engine.dialect.name]


def staff_call(practice: Practice, sent: Json, action: str, **more: object) -> Call:
    """Return a staff move, to be made later."""
    path = f"/api/v1/requests/{sent['id']}/moves"
    return Call(path, {"action": action, **more}, practice.bearer["Authorization"])


def overlapping(database: Database) -> list[tuple[HeldTime, HeldTime]]:
    """Return the pairs of held times of one calendar that overlap."""
    in_order = select(HeldTime).order_by(col(HeldTime.calendar_id), col(HeldTime.starts_at))
    with database.reading() as session:
        held = session.exec(in_order).all()
    return [
        (one, other)
        for one, other in pairwise(held)
        if one.calendar_id == other.calendar_id and other.starts_at < one.ends_at
    ]


def cells_fit(database: Database) -> bool:
    """Say whether the cells are just those of the held times: none lost, none left behind."""
    with database.reading() as session:
        held = session.exec(select(HeldTime)).all()
        cells = session.exec(select(HeldCell)).all()
    minutes = sum((time.ends_at - time.starts_at).total_seconds() / 60 for time in held)
    return len(cells) * 5 == minutes


def booking_or_offer(practice: Practice, sent: Json, place: int) -> Call:
    """Return a booking or, each second time, an offer of one or two times; all overlap."""
    time: Json = {
        "starts_at": STARTS[place % len(STARTS)],
        "chiropractor_id": str(practice.chiropractor_id),
    }
    if place % 2:
        return staff_call(practice, sent, "book", **time)
    later = {"starts_at": "2026-12-03T11:00:00-05:00"}
    times = [time, later] if place % 4 else [time]
    return staff_call(practice, sent, "offer", times=times)


def check_losers(answers: Answers) -> None:
    """Each loser gets the same kind of answer, with times that can still be had."""
    for status, answer in answers:
        assert (status, answer["code"]) == (409, "time-taken"), answer
        assert len(answer["free"]) > 0
        assert all("T09:30" <= free[10:16] < "T12:00" for free in answer["free"]), answer


def test_of_two_hundred_attempts_at_one_time_one_wins(
    client: TestClient, clock: Clock, settings: Settings, database: Database
) -> None:
    practice = open_practice(client)
    sent = [send_request(client, practice.clinic_id) for _ in range(ATTEMPTS)]
    calls = [booking_or_offer(practice, one, place) for place, one in enumerate(sent)]

    answers = rush(settings, calls, processes=processes(database), now=clock.now)

    losers = [answer for answer in answers if answer[0] != 200]
    assert len(losers) == ATTEMPTS - 1
    check_losers(losers)
    assert overlapping(database) == []
    assert cells_fit(database)
    (winner,) = {held.appointment_id for held in all_held(database)}
    assert [answer["id"] for status, answer in answers if status == 200] == [str(winner)]


def all_held(database: Database) -> Sequence[HeldTime]:
    """Return every held time."""
    with database.reading() as session:
        return session.exec(select(HeldTime)).all()


def test_an_offer_accepted_many_times_at_once_is_accepted_once(
    client: TestClient, clock: Clock, settings: Settings, database: Database
) -> None:
    case = begin(client, clock)
    assert case.staff(**body(case, "offer")).status_code == 200
    path = f"/api/v1/follow/{case.sent['follow_token']}/moves"
    times = [time["id"] for time in case.seen()["offered_times"]]
    wanted = [times[place % 2] for place in range(16)]
    calls = [Call(path, {"action": "accept", "time_id": time_id}) for time_id in wanted]

    answers = rush(settings, calls, processes=processes(database), now=clock.now)

    (booked,) = all_held(database)
    got_it = [
        status
        for (status, _), time_id in zip(answers, wanted, strict=True)
        if time_id == str(booked.id)
    ]
    others = [answer for answer in answers if answer[0] != 200]
    assert got_it == [200] * 8
    assert [(status, answer["code"]) for status, answer in others] == [
        (409, "move-not-allowed")
    ] * 8
    assert case.ask("SELECT count(*) FROM events WHERE appointment_id = :id") == [3]
    assert (case.row().state, case.row().version) == (State.BOOKED, 3)
    assert case.notices() == ["booked"]
    assert cells_fit(database)


def test_of_two_offers_of_one_time_one_wins(
    client: TestClient, clock: Clock, settings: Settings, database: Database
) -> None:
    practice = open_practice(client)
    starts = [f"2026-12-03T{hour:02}:{half}:00-05:00" for hour in range(9, 17) for half in (10, 40)]
    calls = [
        staff_call(
            practice,
            send_request(client, practice.clinic_id, preferred_windows=[WINDOW]),
            "offer",
            times=[{"starts_at": start}],
        )
        for start in starts
        for _ in "12"
    ]

    answers = rush(settings, calls, processes=processes(database), now=clock.now)

    statuses = [status for status, _ in answers]
    pairs = zip(statuses[::2], statuses[1::2], strict=True)
    assert [sorted(pair) for pair in pairs] == [[200, 409]] * len(starts)
    assert overlapping(database) == []
    assert len(all_held(database)) == len(starts)
