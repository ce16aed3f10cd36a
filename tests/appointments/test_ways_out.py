"""Stories about ends: called off, expired, withdrawn, and told by phone."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from log_lines import written
from others import a_chain
from referral.appointments.life.clockwork import Clockwork
from referral.record.service import history
from situations import A_DAY, BY_PHONE, Case, begin, body, bring
from world import PERSON, house


def kinds(case: Case) -> list[str]:
    """Return what happened, as codes."""
    with house(case.client).database.reading() as session:
        return [event.kind.partition(".")[2] for event in history(session, case.id)]


def test_a_waiting_list_brings_news_twice_and_ends(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "waitlisted")
    told = []
    for _ in range(3):
        case.mail_is_sent()
        clock.now += timedelta(days=7)
        case.run_due()
        told.append(case.notices())

    assert told == [["still_waiting"], ["waiting_ends_soon"], ["list_ended"]]
    assert case.patient(**body(case, "send_on")).status_code == 200


def test_old_answers_are_not_sent_on(client: TestClient, clock: Clock) -> None:
    case = a_chain(client, clock, 1)
    bring(case, "waitlisted")
    clock.now += 13 * A_DAY
    assert case.staff("offer", times=[{"starts_at": "2026-12-16T10:00:00-05:00"}]).is_success
    clock.now += 2 * A_DAY
    case.run_due()
    assert case.staff("waitlist").is_success

    clock.now += 22 * A_DAY
    case.run_due()

    seen = case.seen()
    assert (seen["state"], seen["available_actions"]) == ("expired", [])
    assert seen["sent_on_token"] is None


def test_the_news_of_a_waiting_list_can_be_stopped(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "waitlisted, quiet")
    case.mail_is_sent()
    for _ in range(2):
        clock.now += timedelta(days=7)
        case.run_due()
    assert case.notices() == []
    assert case.patient("stop_notices").status_code == 409

    clock.now += timedelta(days=7)
    case.run_due()

    assert case.notices() == ["list_ended"]


@pytest.mark.parametrize("situation", ["requested", "received", "offered", "waitlisted", "booked"])
@pytest.mark.parametrize("who", ["patient", "staff"])
def test_either_side_calls_it_off(
    client: TestClient, clock: Clock, situation: str, who: str
) -> None:
    case = begin(client, clock)
    bring(case, situation)

    assert getattr(case, who)("cancel").status_code == 200

    seen = case.seen()
    assert (seen["state"], seen["booking"], case.held()) == ("cancelled", None, [])
    if who == "patient":
        assert (seen["decision"], seen["available_actions"]) == (None, [])
        assert (case.notices(), case.notices("clinic")) == (["cancelled_by_you"], ["cancelled"])
    else:
        assert seen["decision"]["next_step"] == "other_clinic"
        assert seen["available_actions"] == ["send_on"]
        assert case.notices() == ["cancelled_by_clinic"]


def test_silence_ends_after_two_reminders_and_a_day(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    told = []
    for hours in (24, 8, 24):
        case.mail_is_sent()
        clock.now += timedelta(hours=hours)
        case.run_due()
        told.append((case.notices("clinic"), case.notices("operator"), case.notices()))

    assert told == [
        (["half_time"], [], []),
        (["deadline"], ["overdue"], []),
        (["request_expired"], [], ["expired"]),
    ]
    assert (case.seen()["state"], case.row().due_at) == ("expired", None)


def test_opening_a_late_request_warns_nobody_again(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    clock.now += timedelta(hours=33)
    case.run_due()
    case.mail_is_sent()

    case.staff("receive")
    case.run_due()

    assert (case.notices("clinic"), case.notices("operator")) == ([], [])


def test_what_was_entered_in_error_is_erased_a_day_later(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock, **BY_PHONE)
    bring(case, "entered_in_error")
    assert case.detail()["person"]["name"] == PERSON["name"]
    clock.now += A_DAY

    assert (case.run_due(), case.detail()["person"]) == (1, None)

    assert case.detail()["state"] == "entered_in_error"
    assert case.detail()["call_due_since"] is None
    clock.now += 2 * A_DAY
    assert (case.run_due(), case.row().due_at) == (0, None)
    assert kinds(case).count("erased") == 1


def test_a_person_without_e_mail_is_called(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock, **BY_PHONE)
    assert (case.detail()["phone_only"], case.detail()["call_due_since"]) == (True, None)
    case.staff("receive")
    since = clock.now
    clock.now += A_DAY
    case.staff("offer", times=[{"starts_at": "2026-12-04T10:00:00-05:00"}])

    (row,) = client.get("/api/v1/requests", headers=case.practice.bearer).json()["items"]
    assert row["call_due_since"].replace("Z", "+00:00") == since.isoformat()
    assert case.staff("called").json()["call_due_since"] is None
    assert case.notices() == []


def test_who_acts_by_the_link_need_not_be_called(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock, **BY_PHONE)
    case.staff(**body(case, "offer"))
    assert case.detail()["call_due_since"] is not None

    assert case.patient(**body(case, "accept")).status_code == 200

    assert case.detail()["call_due_since"] is None


def test_one_request_that_fails_does_not_hold_up_the_others(
    client: TestClient, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = (a_chain(client, clock, 1) for _ in "12")
    parts = house(client)
    with parts.database.unit_of_work() as session:
        row = broken.row()
        row.wrapped_key = (row.wrapped_key or b"")[:-1] + b"?!"
        session.add(row)
    clock.now += timedelta(days=3)
    work = Clockwork(parts.database, parts.vault, 1)
    for _ in "12":
        work.run_due(now=clock.now)
        clock.now += A_DAY

    assert (broken.row().state, whole.row().state) == ("requested", "expired")
    assert str(broken.id) in str(written(caplog.records))
