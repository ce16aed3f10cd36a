"""Stories about ends: called off, declined and sent on, expired, withdrawn, and told by phone."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments.clockwork import Clockwork
from referral.record.service import history
from situations import A_DAY, BY_PHONE, NO, Case, begin, body, bring
from world import PERSON, Json, house, open_practice


def followed(case: Case, token: str) -> Json:
    """Return another request as its sender sees it."""
    seen: Json = case.client.get(f"/api/v1/follow/{token}").json()
    return seen


def kinds(case: Case) -> list[str]:
    """Return what happened, as codes."""
    with house(case.client).database.reading() as session:
        return [event.kind.partition(".")[2] for event in history(session, case.id)]


def a_chain(client: TestClient, clock: Clock, clinics: int) -> Case:
    """Send a request whose sender agreed to more clinics beforehand."""
    agreed = [str(open_practice(client).clinic_id) for _ in range(clinics)]
    return begin(client, clock, also_ask=agreed)


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


def test_after_a_no_one_tap_asks_the_next_clinic(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "declined")
    other = open_practice(client)

    answer = case.patient("send_on", clinic_id=str(other.clinic_id))

    assert answer.json()["state"] == "declined"
    following = followed(case, answer.json()["sent_on_token"])
    assert following["clinic"]["id"] == str(other.clinic_id)
    assert following["preferred_windows"] == case.seen()["preferred_windows"]
    (row,) = client.get("/api/v1/requests", headers=other.bearer).json()["items"]
    person = client.get(f"/api/v1/requests/{row['id']}", headers=other.bearer).json()["person"]
    assert (person["name"], person["note"]) == (PERSON["name"], PERSON["note"])
    assert "send_on" not in answer.json()["available_actions"]


@pytest.mark.parametrize(
    ("change", "by_itself", "by_tap"),
    [
        ({}, True, False),
        ({"reason": "needs_medical_check", "next_step": "call_clinic"}, False, False),
        ({"next_step": "see_doctor"}, False, False),
        ({"next_step": "urgent_care"}, False, False),
        ({"next_step": "call_clinic"}, False, True),
        ({"reason": "symptoms_settled", "next_step": "self_care"}, False, True),
    ],
)
def test_a_request_goes_on_by_itself_only_where_another_clinic_is_the_next_step(
    client: TestClient, clock: Clock, change: Json, *, by_itself: bool, by_tap: bool
) -> None:
    case = a_chain(client, clock, 1)

    assert case.staff("decline", **(NO | change)).status_code == 200

    assert (case.seen()["sent_on_token"] is not None) == by_itself
    assert case.notices() == (["sent_on"] if by_itself else ["declined"])
    assert ("send_on" in case.seen()["available_actions"]) == by_tap


def test_nobody_is_sent_to_another_clinic_in_place_of_a_doctor(
    client: TestClient, clock: Clock
) -> None:
    case = a_chain(client, clock, 1)
    before = case.trace()

    answer = case.staff("decline", reason="needs_medical_check", next_step="other_clinic")

    assert answer.status_code == 422
    (problem,) = answer.json()["errors"]
    assert (problem["pointer"], problem["code"]) == ("/next_step", "needs_a_doctor")
    assert case.trace() == before


def test_it_goes_to_the_agreed_clinics_in_turn_and_no_further(
    client: TestClient, clock: Clock
) -> None:
    case = a_chain(client, clock, 3)
    for _ in range(60):
        clock.now += timedelta(hours=12)
        case.run_due()

    chain = [case.seen()]
    while chain[-1]["sent_on_token"]:
        chain.append(followed(case, chain[-1]["sent_on_token"]))
    assert [seen["state"] for seen in chain] == ["expired"] * 4
    assert len({seen["clinic"]["id"] for seen in chain}) == 4
    assert chain[-1]["available_actions"] == []


def test_answers_that_are_too_old_are_not_sent_on(client: TestClient, clock: Clock) -> None:
    case = a_chain(client, clock, 1)
    bring(case, "waitlisted")
    clock.now += timedelta(days=31)

    assert case.staff("decline", **NO).status_code == 200

    assert case.seen()["sent_on_token"] is None
    to = str(open_practice(client).clinic_id)
    assert case.patient("send_on", clinic_id=to).json()["code"] == "move-not-allowed"


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

    assert case.seen()["state"] == "entered_in_error"
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
    assert str(broken.id) in caplog.text
