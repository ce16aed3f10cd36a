"""A form that was left open: what was typed is kept, and what a day can change is asked again."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from filling_in import TYPED, agree, answer_the_questions
from referral.appointments import consent
from referral.appointments.asking.doors import COOKIE as REQUEST
from referral.symptoms.doors import COOKIE as CHECK
from world import Json, house, open_practice

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AGREED = {"consent_version": consent.VERSION}
KEPT_FOR_THE_CLINIC = "What you typed for it is kept."


@pytest.fixture
def form(client: TestClient) -> str:
    """The address of a clinic's form, with the questions answered."""
    answer_the_questions(client)
    return f"/clinics/{open_practice(client).clinic_id}/request"


def left_open(client: TestClient, form: str) -> Json:
    """Fill in the form and return what the page before sending sends, once it is read."""
    review = client.post(form, data=TYPED).text
    kept = review.partition('name="kept" value="')[2].partition('"')[0]
    return agree(client, form) | {"kept": kept}


def test_an_answer_without_those_before_it_is_kept_and_the_signs_of_danger_come_first(
    client: TestClient,
) -> None:
    page = client.post("/check/age", data={"age": "41"})

    assert (page.status_code, page.url.path) == (200, "/check")
    assert "Your other answers are kept." in page.text
    assert 'value="41"' in client.get("/check/age").text


def test_a_form_that_is_sent_without_its_answers_waits_until_they_are_given_again(
    client: TestClient, form: str
) -> None:
    client.cookies.delete(CHECK)

    asked = client.post(form, data=TYPED)

    assert asked.url.path == "/check"
    assert KEPT_FOR_THE_CLINIC in asked.text
    answer_the_questions(client)
    assert "Continue with the clinic you chose" in client.get("/check/outcome").text
    assert 'value="Sam Sample"' in client.get(form).text


def test_a_review_that_was_open_for_days_still_has_what_it_shows(
    client: TestClient, form: str
) -> None:
    sends = left_open(client, form)
    client.cookies.clear()

    asked = client.post(f"{form}/review", data=sends)

    assert asked.url.path == "/check"
    answer_the_questions(client)
    page = client.get(form).text
    assert 'value="Sam Sample"' in page
    assert "The ramp, please" in page


@pytest.mark.parametrize("sends", [{}, {"kept": "made-up"}])
def test_a_review_without_anything_kept_leads_back_to_the_form(
    client: TestClient, form: str, sends: dict[str, str]
) -> None:
    client.post(form, data=TYPED)
    client.cookies.delete(REQUEST)

    page = client.post(f"{form}/review", data=AGREED | sends)

    assert (page.status_code, page.url.path) == (200, form)


def test_answers_of_yesterday_are_kept_but_for_the_signs_of_danger(
    client: TestClient, clock: Clock, form: str
) -> None:
    client.post(form, data=TYPED)
    clock.now += timedelta(hours=25)

    asked = client.post(f"{form}/review", data=AGREED)

    assert asked.url.path == "/check"
    assert "Please look at this again" in asked.text
    assert KEPT_FOR_THE_CLINIC in asked.text
    for path, question in (("/check", "emergency_signs"), ("/check/unwell_signs", "unwell_signs")):
        asked = client.post(path, data={question: "none"})
    assert asked.url.path == "/check/outcome"
    assert 'value="Sam Sample"' in client.get(form).text
    sent = client.post(f"{form}/review", data=agree(client, form))
    assert sent.url.path.endswith("/sent")


def test_a_form_is_sent_once_however_late_its_open_page_is_sent_again(
    client: TestClient, form: str
) -> None:
    sends = left_open(client, form)
    sent = client.post(f"{form}/review", data=sends)
    again = client.post(f"{form}/review", data=sends)
    assert again.url == sent.url

    client.cookies.clear()
    assert client.post(f"{form}/review", data=sends).url.path == "/check"
    with house(client).database.selecting() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM appointments").scalar_one() == 1
