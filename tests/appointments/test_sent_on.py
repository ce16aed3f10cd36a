"""After a no to the next clinic: by one tap or by itself, and never in place of a doctor."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from others import a_chain
from situations import NO, Case, begin, bring
from world import PERSON, Json, open_practice


def followed(case: Case, token: str) -> Json:
    """Return another request as its sender sees it."""
    seen: Json = case.client.get(f"/api/v1/follow/{token}").json()
    return seen


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
