"""The pages that lead to a request: the form, the check before sending, the slip."""

import re

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from conftest import Clock
from filling_in import TYPED, agree, answer_the_questions
from referral.app import create_app
from referral.appointments import consent
from referral.appointments.models import Appointment
from referral.settings import Settings
from referral.symptoms.doors import PATHS
from referral.symptoms.questions import QUESTIONS
from world import BY_LEVEL, MILD, Json, count, house, open_practice, send_request

SELF_CARE = {"duration": "lt_1w", "pain": 2, "function": "normal"}


def test_sending_without_a_filled_in_form_leads_back_to_the_form(client: TestClient) -> None:
    practice = open_practice(client)
    answer_the_questions(client)

    form = f"/clinics/{practice.clinic_id}/request"
    answer = client.post(f"{form}/review", data={}, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, form)


def test_clinics_that_were_ticked_are_asked_next_and_no_others(client: TestClient) -> None:
    practice = open_practice(client)
    second = open_practice(client, name="Second Spine", latitude=40.8).clinic_id
    open_practice(client, name="Third Spine", latitude=40.9)
    open_practice(client, name="Closed Spine", accepting="no")
    answer_the_questions(client)
    form = f"/clinics/{practice.clinic_id}/request"

    shown = client.get(form).text
    assert [name in shown for name in ("Second Spine", "Third Spine", "Closed Spine")] == [
        True,
        True,
        False,
    ]
    assert "answers by Wednesday, December\xa02, 5:00\xa0pm\xa0EST: choose later times too" in shown
    assert 'name="also_ask" value' in shown
    assert " checked" not in shown.split('name="also_ask"', 1)[1]

    typed = TYPED | {"also_ask": [str(second), str(practice.clinic_id), "nonsense"]}
    review = client.post(form, data=typed)
    assert "Second Spine" in review.text
    assert "Third Spine" not in review.text
    assert all(statement in review.text for statement in consent.STATEMENTS)
    assert "only to clinics that I choose" in review.text

    sent = client.post(f"{form}/review", data=agree(client, form))
    assert "Your request is sent" in sent.text
    with house(client).database.reading() as session:
        assert list(session.exec(select(Appointment.also_ask))) == [[str(second)]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("changes", "first"), [({}, True), (SELF_CARE, False)])
def test_clinics_come_before_the_advice_only_where_the_answer_is_a_clinic(
    client: TestClient, changes: Json, *, first: bool
) -> None:
    page = client.get(answer_the_questions(client, MILD | changes)).text

    assert (page.index("Your ZIP code") < page.index("What to do now")) is first
    assert page.count("Your ZIP code") == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_summary_of_mistakes_goes_down_the_page(client: TestClient) -> None:
    form = f"/clinics/{open_practice(client).clinic_id}/request"
    answer_the_questions(client)

    page = client.post(form, data={"requesting_for": "someone_else", "note": "x" * 501}).text

    listed = re.findall(r'<li><a href="#(f-[a-z_]+)">', page)
    fields = ["preferred_windows", "name", "patient_name", "phone", "note"]
    assert listed == [f"f-{name}" for name in fields]
    places = [page.index(f'id="{name}"') for name in listed]
    assert places == sorted(places)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"phone": "212 555 0142"}, False),
        ({"email": "sam@example.com", "phone": " "}, False),
        ({"email": "sam@example.com", "phone": "212 555 0142"}, True),
        ({"email": "sam@example.com", "preferred_contact": "phone"}, True),
    ],
    ids=["phone", "e-mail", "both", "the other one chosen"],
)
def test_which_way_to_use_is_asked_only_of_those_who_give_two(
    client: TestClient, *, given: dict[str, str], asked: bool
) -> None:
    form = f"/clinics/{open_practice(client).clinic_id}/request"
    answer_the_questions(client)
    typed = {"name": "Sam Sample", "preferred_windows": "2026-12-03_morning"}

    page = client.post(form, data=typed | given).text

    assert ("#f-preferred_contact" in page and "There is a problem" in page) is asked
    assert ("Check before you send" in page) is not asked


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("cleared", [False, True])
def test_the_check_before_sending_shows_all_that_goes_to_the_clinic(
    client: TestClient, *, cleared: bool
) -> None:
    practice = open_practice(client)
    answers = MILD | ({"history": ["osteoporosis"]} if cleared else {})
    answer_the_questions(client, answers)
    if cleared:
        client.post("/check/cleared", data={"doctor_cleared": "yes"})

    review = client.post(f"/clinics/{practice.clinic_id}/request", data=TYPED).text

    shown = " ".join(review.split())
    for question, answer in answers.items():
        asked = QUESTIONS[question]
        labels = {option.code: option.label for option in asked.options}
        given = answer if isinstance(answer, list) else [answer]
        for value in given:
            assert f"{labels.get(value, value)}<" in shown
        assert f"<dt>{asked.text}</dt>" in shown
        assert f'href="{PATHS[question]}"' in shown
    assert "The ramp, please" in shown
    assert ("agreed to hands-on care" in shown) is cleared
    assert f'href="/clinics/{practice.clinic_id}/request"' in client.get("/check/outcome").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("sign", "leads_to"), [("saddle_numbness", "/check/outcome"), ("none", "/check/unwell_signs")]
)
def test_who_has_not_answered_all_comes_from_a_clinic_to_what_is_missing_or_to_help(
    client: TestClient, sign: str, leads_to: str
) -> None:
    form = f"/clinics/{open_practice(client).clinic_id}/request"
    assert client.get(form).url.path == "/check"

    client.post("/check", data={"emergency_signs": sign})

    assert client.get(form).url.path == leads_to


@pytest.mark.parametrize("level", ["emergency", "urgent-medical", "see-doctor-first"])
@pytest.mark.parametrize("cleared", [False, True])
def test_no_page_records_a_request_that_the_level_forbids(
    client: TestClient, level: str, *, cleared: bool
) -> None:
    form = f"/clinics/{open_practice(client).clinic_id}/request"
    allowed = cleared and level == "see-doctor-first"
    answer_the_questions(client)
    client.post(form, data=TYPED)
    answer_the_questions(client, MILD | BY_LEVEL[level])

    if cleared:
        client.post("/check/cleared", data={"doctor_cleared": "yes"})
    shown = [client.get(form), client.get(f"{form}/review"), client.post(form, data=TYPED)]
    sent = client.post(f"{form}/review", data=agree(client, form), follow_redirects=False)

    assert ["/check/outcome" in str(page.url) for page in shown] == [not allowed] * 3
    assert (sent.headers["location"] == "/check/outcome") is not allowed
    assert count(house(client).database, "appointments") == allowed


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ({"email": None, "preferred_contact": "phone"}, "The clinic will call you."),
        ({}, "We do not send e-mail."),
    ],
)
def test_the_slip_holds_all_that_is_needed_to_come_back(
    client: TestClient, way: dict[str, str | None], words: str
) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id, **way)

    text = client.get(f"/follow/{sent['follow_token']}/sent").text

    for needed in (sent["reference"], sent["spoken_code"], "Fictional Spine", "+12125550100"):
        assert needed in text
    assert words in text
    assert "/find" in text
    assert sent["follow_url"] in text


def test_where_mail_is_set_up_the_slip_says_that_the_link_comes_by_mail(
    settings: Settings, clock: Clock
) -> None:
    app = create_app(settings.model_copy(update={"smtp_host": "mail.example"}), clock=clock)
    with TestClient(app, base_url=settings.origin) as client:
        sent = send_request(client, open_practice(client).clinic_id)
        text = client.get(f"/follow/{sent['follow_token']}/sent").text
    app.state.house.database.engine.dispose()
    assert "to your e-mail address too" in text
    assert "We do not send e-mail" not in text
