"""A booked visit at another time: the wish, what is offered instead, and who gives it up."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from others import rival_offer
from situations import (
    A_DAY,
    A_MINUTE,
    LATER_WINDOWS,
    OFFERED,
    begin,
    body,
    bring,
)
from world import INSIDE_WINDOW


def test_a_visit_is_moved_as_the_person_asked(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "booked, to be moved")
    assert case.detail()["wants_move"]
    assert case.seen()["booking"]["starts_at"] == INSIDE_WINDOW

    answer = case.staff("move", starts_at="2026-12-08T14:00:00-05:00", minutes=45)

    assert answer.status_code == 200
    assert case.seen()["booking"]["ends_at"] == "2026-12-08T14:45:00-05:00"
    assert not case.detail()["wants_move"]
    assert (case.row().sequence, case.notices()) == (1, ["moved"])
    assert len(case.held()) == 1
    assert rival_offer(case, INSIDE_WINDOW) == 200


def test_a_wish_for_another_time_is_not_forgotten(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    clock.now += timedelta(hours=1)
    bring(case, "booked, to be moved")
    case.mail_is_sent()
    told = []
    for _ in range(3):
        clock.now = case.row().due_at or clock.now
        case.run_due()
        told.append((case.notices("clinic"), case.notices("operator"), case.notices()))
        case.mail_is_sent()

    assert told == [
        ([], [], ["visit_soon"]),
        (["move_half_time"], [], []),
        (["move_late"], ["move_overdue"], ["move_unanswered"]),
    ]


def test_times_on_offer_answer_the_wish_until_they_lapse(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "booked, to be moved")
    clock.now += A_MINUTE
    assert case.staff("offer", times=[{"starts_at": "2026-12-04T09:00:00-05:00"}]).is_success
    case.mail_is_sent()

    clock.now += A_DAY
    case.run_due()

    assert case.notices("clinic") == ["offer_lapsed"]
    row = case.row()
    assert (row.wants_move, row.since) == (True, clock.now)
    assert row.answer_by > clock.now


def test_another_time_is_offered_for_a_booked_visit(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "booked, another time on offer")
    assert case.seen()["booking"]["starts_at"] == INSIDE_WINDOW
    assert len(case.held()) == 4

    answer = case.patient(**body(case, "accept"))

    assert answer.json()["booking"]["starts_at"] == OFFERED[0]
    assert (len(case.held()), case.row().sequence) == (1, 1)


@pytest.mark.parametrize("ends", ["refuse", "lapse"])
def test_the_booked_visit_stays_when_the_other_times_go(
    client: TestClient, clock: Clock, ends: str
) -> None:
    case = begin(client, clock)
    bring(case, "booked, another time on offer")
    if ends == "refuse":
        assert case.patient("refuse", **LATER_WINDOWS).status_code == 200
    else:
        clock.now += A_DAY
        case.run_due()

    seen = case.seen()
    assert (seen["state"], seen["booking"]["starts_at"]) == ("booked", INSIDE_WINDOW)
    assert (seen["offered_times"], len(case.held())) == ([], 1)
    assert seen["wants_move"] == (ends == "refuse")


def test_the_clinic_cannot_keep_the_time(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "booked")
    clock.now += A_DAY

    answer = case.staff("release", message="Our roof leaks")

    assert answer.status_code == 200
    seen = case.seen()
    assert (seen["state"], seen["booking"]) == ("received", None)
    assert (seen["decision"]["message"], case.notices()) == ("Our roof leaks", ["released"])
    assert seen["answer_by"] == "2026-12-03T17:00:00-05:00"
    assert (case.held(), case.row().sequence) == ([], 1)
