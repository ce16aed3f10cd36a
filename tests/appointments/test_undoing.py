"""Taking back one's own last move: what was held, and who was told."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import NOON, Clock
from situations import BY_PHONE, LATER_WINDOWS, OFFERED, Case, begin, body, bring
from world import INSIDE_WINDOW, send_request

MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (10, 200), (11, 409)])
def test_a_move_is_undone_within_ten_minutes(
    client: TestClient, clock: Clock, minutes: int, status: int
) -> None:
    case = begin(client, clock)
    bring(case, "declined")
    clock.now += minutes * MINUTES

    answer = case.staff("undo")

    assert answer.status_code == status
    seen = case.seen()
    assert seen["state"] == ("requested" if status == 200 else "declined")
    assert (seen["decision"] is None) == (status == 200)


def test_only_the_key_that_made_a_move_undoes_it_and_only_once(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "declined")

    statuses = [case.by_admin("undo").status_code]
    statuses += [case.staff("undo").status_code for _ in "12"]

    assert statuses == [409, 200, 409]


def test_somebody_elses_move_ends_it(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "offered")
    case.patient("refuse", **LATER_WINDOWS)

    assert case.staff("undo").status_code == 409


def test_what_was_held_is_held_again(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "offered")
    held, before = case.held(), case.seen()
    case.staff(**body(case, "decline"))
    assert case.held() == []

    assert case.staff("undo").status_code == 200

    after = case.seen()
    assert case.held() == held
    for name in ("state", "offered_times", "offer_expires_at", "answer_by"):
        assert after[name] == before[name]
    assert case.patient("accept", time_id=after["offered_times"][0]["id"]).status_code == 200


def test_a_time_that_was_taken_since_cannot_come_back(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "offered")
    case.staff(**body(case, "decline"))
    rival = send_request(client, case.practice.clinic_id)
    other = Case(client, clock, case.practice, case.admin, rival)
    assert other.staff("offer", times=[{"starts_at": OFFERED[1]}]).status_code == 200
    before = case.trace()

    answer = case.staff("undo")

    assert (answer.status_code, answer.json()["code"]) == (409, "time-taken")
    assert case.trace() == before


def test_a_time_of_somebody_who_left_the_clinic_cannot_come_back(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    case.staff("book", starts_at=INSIDE_WINDOW)
    case.staff("release")
    path = f"/api/v1/clinic/chiropractors/{case.practice.chiropractor_id}"
    assert client.delete(path, headers=case.admin.bearer).status_code == 204
    before = case.trace()

    answer = case.staff("undo")

    assert (answer.status_code, answer.json()["code"]) == (409, "chiropractor-gone")
    assert "no longer on your clinic's list" in answer.json()["detail"]
    assert case.trace() == before


def test_news_that_has_not_gone_out_is_taken_back(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    case.mail_is_sent()
    bring(case, "declined")

    case.staff("undo")

    assert case.notices() == []
    assert case.notices(status="superseded") == ["declined"]


def test_news_that_has_gone_out_is_corrected_once(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "declined")
    case.mail_is_sent()

    case.staff("undo")

    assert case.notices() == ["corrected"]


def test_news_that_gave_way_is_told_after_all(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    case.mail_is_sent()
    case.staff("book", starts_at=INSIDE_WINDOW)
    case.staff("move", starts_at="2026-12-03T11:00:00-05:00")
    assert case.notices() == ["moved"]

    case.staff("undo")

    assert case.notices() == ["booked"]
    assert case.seen()["booking"]["starts_at"] == INSIDE_WINDOW


def test_the_first_news_is_told_after_all(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "declined")

    case.staff("undo")

    assert case.notices() == ["requested"]


@pytest.mark.parametrize("minutes", [30, 60])
def test_calendars_learn_that_a_move_was_undone(
    client: TestClient, clock: Clock, minutes: int
) -> None:
    case = begin(client, clock)
    case.staff("book", starts_at=INSIDE_WINDOW)
    case.staff("move", starts_at="2026-12-03T09:30:00-05:00", minutes=minutes)
    assert case.row().sequence == 1

    case.staff("undo")

    assert case.row().sequence == (1 if minutes == 30 else 2)


def test_the_clocks_of_the_state_before_run_on(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    clock.now += timedelta(hours=3)
    due = case.row().due_at
    case.staff(**body(case, "offer"))
    clock.now += MINUTES

    case.staff("undo")

    row = case.row()
    assert (row.since, row.due_at) == (NOON, due)


def test_a_call_noted_by_mistake_is_owed_again(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock, **BY_PHONE)
    bring(case, "received")
    since = case.detail()["call_due_since"]
    case.staff("called")
    assert case.detail()["call_due_since"] is None

    assert case.staff("undo").status_code == 200

    assert case.detail()["call_due_since"] == since
