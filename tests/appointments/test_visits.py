"""Stories about times: offered and taken, refused, lapsed, come to or missed."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from others import rival_offer
from referral.appointments.states import State
from situations import (
    A_DAY,
    LATER_WINDOWS,
    OFFERED,
    begin,
    bring,
    visit_starts,
)
from world import Json

TIMES: list[Json] = [{"starts_at": f"2026-12-04T{hour:02}:00:00-05:00"} for hour in range(9, 15)]


@pytest.mark.parametrize(("times", "status"), [(0, 422), (1, 200), (5, 200), (6, 422)])
def test_one_to_five_times_are_offered_and_held(
    client: TestClient, clock: Clock, times: int, status: int
) -> None:
    case = begin(client, clock)

    answer = case.staff("offer", times=TIMES[:times], message="Which one?")

    assert answer.status_code == status
    held = times if status == 200 else 0
    assert len(case.held()) == len(case.seen()["offered_times"]) == held
    assert case.notices() == (["offered"] if held else ["requested"])
    if held:
        assert case.seen()["offer_expires_at"] == "2026-12-02T15:00:00Z"
        assert case.seen()["decision"]["message"] == "Which one?"
        assert rival_offer(case, TIMES[0]["starts_at"]) == 409


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"times": [TIMES[0], TIMES[0]]}, "times-overlap"),
        ({"times": [TIMES[0], {"starts_at": "2026-12-01T09:00:00-05:00"}]}, "time-out-of-range"),
        ({"times": [{"starts_at": "2027-03-02T09:00:00-05:00"}]}, "time-out-of-range"),
        ({"expires_at": "2026-12-01T15:00:00Z"}, "offer-too-long"),
        ({"expires_at": "2026-12-08T15:00:01Z"}, "offer-too-long"),
    ],
)
def test_an_offer_that_cannot_be_held_is_refused(
    client: TestClient, clock: Clock, change: Json, code: str
) -> None:
    case = begin(client, clock)

    answer = case.staff("offer", **({"times": TIMES[:2]} | change))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    assert case.held() == []


def test_accepting_one_time_frees_the_others(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "offered")
    chosen = case.seen()["offered_times"][1]

    answer = case.patient("accept", time_id=chosen["id"])
    again = case.patient("accept", time_id=chosen["id"])

    assert (answer.status_code, again.status_code) == (200, 200)
    assert answer.json()["booking"]["starts_at"] == chosen["starts_at"]
    assert answer.json()["version"] == again.json()["version"] == 3
    assert (answer.json()["offered_times"], len(case.held())) == ([], 1)
    assert (case.notices(), case.notices("clinic")) == (["booked"], ["accepted"])
    assert case.row().sequence == 0
    assert rival_offer(case, OFFERED[0]) == 200
    assert rival_offer(case, OFFERED[1]) == 409


def test_none_of_the_times_fits(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "offered")
    clock.now += timedelta(hours=23)

    answer = case.patient("refuse", **LATER_WINDOWS)

    assert (answer.json()["state"], answer.json()["offered_times"]) == ("received", [])
    assert answer.json()["preferred_windows"] == LATER_WINDOWS["preferred_windows"]
    assert answer.json()["answer_by"] == "2026-12-03T17:00:00-05:00"
    assert case.notices("clinic") == ["refused"]
    assert case.held() == []


def test_an_offer_lapses_and_the_clinic_has_to_answer_anew(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "offered")
    case.mail_is_sent()
    clock.now += timedelta(hours=12)
    assert (case.run_due(), case.notices()) == (1, ["offer_reminder"])
    clock.now += timedelta(hours=12)

    assert case.run_due() == 1

    assert case.seen()["state"] == "received"
    assert (case.notices(), case.notices("clinic")) == (["lapsed"], ["offer_lapsed"])
    assert (case.held(), rival_offer(case, OFFERED[0])) == ([], 200)
    assert case.seen()["answer_by"] == "2026-12-03T17:00:00-05:00"


def test_a_time_that_has_begun_is_not_accepted(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "requested")
    times = [{"starts_at": "2026-12-01T12:00:00-05:00"}, TIMES[0]]
    case.staff("offer", times=times)
    first = case.seen()["offered_times"][0]
    clock.now += timedelta(hours=2)

    answer = case.patient("accept", time_id=first["id"])

    assert (answer.status_code, answer.json()["code"]) == (409, "time-passed")


def test_the_person_comes_and_the_visit_is_done(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "booked, another time on offer")
    visit_starts(case)

    assert case.staff("arrive").json()["offered_times"] == []
    assert len(case.held()) == 1
    assert case.staff("complete").json()["state"] == "completed"
    assert (len(case.held()), case.row().due_at) == (1, None)


def test_a_missed_visit_is_made_up(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "no_show")
    assert case.notices() == ["missed"]

    asked = case.patient("ask_again", **LATER_WINDOWS)
    assert case.notices("clinic") == ["asked_again"]
    booked = case.staff("book", starts_at="2026-12-08T14:00:00-05:00")

    assert (asked.json()["state"], booked.json()["state"]) == ("received", "booked")
    assert case.notices("clinic") == ["visit_changed"]
    assert case.seen()["booking"]["starts_at"] == "2026-12-08T14:00:00-05:00"


def test_after_a_missed_visit_an_offer_can_be_called_off(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "offered, after a missed visit")

    assert case.seen()["booking"] is None
    assert case.patient("cancel").json()["state"] == "cancelled"


def test_time_notes_a_visit_that_nobody_noted(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "booked")
    told = []
    for _ in range(14):
        case.mail_is_sent()
        clock.now += A_DAY
        case.run_due()
        told += case.notices() + case.notices("clinic")

    assert told == ["visit_soon", "outcome_asked"]
    assert case.row().state is State.COMPLETED
