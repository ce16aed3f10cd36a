"""Asking a clinic again on the same answers: nothing is claimed that is not so, at either door."""

from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from conftest import Clock
from filling_in import TYPED, agree, answer_the_questions
from referral.appointments.models import Appointment
from referral.appointments.states import ENDS, LIVE
from referral.appointments.wording import ASKED_BEFORE
from situations import Case, begin, bring
from world import count, house, open_practice, request_body

REQUESTS = "/api/v1/requests"
TYPED_LATER = TYPED | {"preferred_windows": "2026-12-08_morning"}
NO = ("declined", "declined, see a doctor")
ENDED = ("completed", *NO, "cancelled", "expired", "entered_in_error")
ALIVE = ("requested", "booked", "no_show")


def begin_with(
    client: TestClient, clock: Clock, situation: str, key: str | None
) -> tuple[Case, Any]:
    """Send a request under an Idempotency-Key, bring it there, and return it with its body."""
    case = begin(client, clock)
    body = request_body(client, case.practice.clinic_id)
    headers = {"Idempotency-Key": key} if key else {}
    case.sent = client.post(REQUESTS, json=body, headers=headers).json()
    bring(case, situation)
    return case, body


def post(client: TestClient, body: Any, key: str | None = None) -> Any:  # noqa: ANN401 - JSON
    """Send a request as JSON."""
    return client.post(REQUESTS, json=body, headers={"Idempotency-Key": key} if key else {})


@pytest.mark.parametrize("situation", ENDED)
def test_over_json_an_ended_request_is_a_conflict_that_names_its_state(
    client: TestClient, clock: Clock, situation: str
) -> None:
    case, body = begin_with(client, clock, situation, "first")
    before = case.trace()

    again = [post(client, body), post(client, body, "second"), post(client, body | {"note": "x"})]

    state = case.row().state
    assert state in ENDS
    for answer in again:
        assert answer.status_code == 409
        told = answer.json()
        assert (told["code"], told["state"]) == ("already-requested", state)
        assert told["detail"] == ASKED_BEFORE[state]
    assert case.trace() == before


@pytest.mark.parametrize("situation", [*ENDED, *ALIVE])
def test_a_retry_under_the_same_key_gets_the_request_as_it_stands(
    client: TestClient, clock: Clock, situation: str
) -> None:
    case, body = begin_with(client, clock, situation, "first")

    retried = post(client, body, "first")

    assert retried.status_code == 201
    assert retried.json() == case.sent | {"state": case.row().state}


@pytest.mark.parametrize("situation", ALIVE)
def test_a_repeat_of_a_living_request_is_that_request(
    client: TestClient, clock: Clock, situation: str
) -> None:
    case, body = begin_with(client, clock, situation, None)

    for repeat in (post(client, body), post(client, body, "any")):
        assert repeat.status_code == 201
        assert repeat.json() == case.sent | {"state": case.row().state}
    other = post(client, body | {"note": "x"}).json()
    assert (other["code"], other["state"]) == ("already-requested", case.row().state)
    assert case.row().state in LIVE


def test_a_person_with_new_answers_asks_the_same_clinic_again(
    client: TestClient, clock: Clock
) -> None:
    case, _ = begin_with(client, clock, "cancelled", None)

    answer = post(client, request_body(client, case.practice.clinic_id))

    assert (answer.status_code, answer.json()["state"]) == (201, "requested")


def send_by_page(client: TestClient, clock: Clock) -> tuple[Case, str]:
    """Send a request through the pages; return it and the address of its form."""
    practice = open_practice(client)
    form = f"/clinics/{practice.clinic_id}/request"
    answer_the_questions(client)
    client.post(form, data=TYPED_LATER)
    sent = client.post(f"{form}/review", data=agree(client, form), follow_redirects=False)
    token = sent.headers["location"].split("/")[2]
    with house(client).database.reading() as session:
        row = session.exec(select(Appointment)).one()
    case = Case(client, clock, practice, practice, {"id": str(row.id), "follow_token": token})
    return case, form


@pytest.mark.parametrize(
    "acts", [("cancel",), ("decline",), ("decline", "doctor")], ids=["cancel", "decline", "doctor"]
)
def test_on_the_pages_an_ended_request_is_never_said_to_be_sent(
    client: TestClient, clock: Clock, acts: tuple[str, ...]
) -> None:
    case, form = send_by_page(client, clock)
    doctor = "doctor" in acts
    if acts == ("cancel",):
        case.patient("cancel")
    else:
        step = "see_doctor" if doctor else "other_clinic"
        case.staff("decline", reason="no_capacity", next_step=step)
    link, before = f"/follow/{case.sent['follow_token']}", case.trace()

    slip = client.get(f"{link}/sent", follow_redirects=False)
    assert (slip.status_code, slip.headers["location"]) == (303, link)
    asked = [client.get(form), client.post(form, data=TYPED_LATER), client.get(f"{form}/review")]
    asked.append(client.post(f"{form}/review", data=agree(client, form)))

    assert [answer.status_code for answer in asked] == [200] * 4
    for answer in asked:
        assert "Your request is sent" not in answer.text
        assert ASKED_BEFORE[case.row().state] in answer.text
        assert f'href="{link}"' in answer.text
        assert ("Answer the questions again" in answer.text) is not doctor
        assert ("Choose another clinic" in answer.text) is not doctor
    assert case.trace() == before
    assert count(house(client).database, "appointments") == 1


def test_who_answers_again_comes_back_to_the_clinic_with_everything_typed(
    client: TestClient, clock: Clock
) -> None:
    case, form = send_by_page(client, clock)
    case.patient("cancel")
    client.post(form, data=TYPED_LATER)

    assert answer_the_questions(client) == "/check/outcome"
    assert f'href="{form}"' in client.get("/check/outcome").text
    assert "Sam Sample" in client.get(form).text
    assert "Sam Sample" in client.get(f"{form}/review").text
    sent = client.post(f"{form}/review", data=agree(client, form))

    assert "Your request is sent" in sent.text
    assert count(house(client).database, "appointments") == 2


def test_on_the_pages_a_living_request_is_shown_and_stays_one(
    client: TestClient, clock: Clock
) -> None:
    case, form = send_by_page(client, clock)
    link = f"/follow/{case.sent['follow_token']}"

    back = client.post(f"{form}/review", data={}, follow_redirects=False)
    form_again = client.get(form)
    other = client.post(form, data=TYPED_LATER | {"note": "other"})

    assert back.headers["location"] == f"{link}/sent"
    assert "Your request is sent" in client.get(f"{link}/sent").text
    assert "already sent a request" in form_again.text
    assert f'href="{link}"' in form_again.text
    assert f'href="{link}"' in other.text
    assert count(house(client).database, "appointments") == 1


def test_the_slip_promises_an_answer_only_while_one_is_owed(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    path = f"/follow/{case.sent['follow_token']}/sent"
    assert "You will have an answer by" in client.get(path).text
    bring(case, "booked")
    assert "You will have an answer by" not in client.get(path).text
