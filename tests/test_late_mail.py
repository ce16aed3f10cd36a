"""Mail after an outage: no letter says of time what is no longer true, and one round says one."""

from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from post_office import PostOffice
from postman import DESK, OPERATOR
from stories import Story, text_of
from world import INSIDE_WINDOW, PERSON

PATIENT = str(PERSON["email"])


@pytest.fixture
def story(client: TestClient, clock: Clock, office: PostOffice) -> Story:
    return Story(client, clock, office)


def time_passes(story: Story, clock: Clock, until: datetime) -> None:
    """Let time do what is due each hour while no mail can go out."""
    while clock.now < until:
        clock.now += timedelta(hours=1)
        story.case.run_due()


def test_over_the_deadline_each_side_gets_one_letter_that_is_true(
    story: Story, clock: Clock
) -> None:
    time_passes(story, clock, story.case.row().answer_by + timedelta(hours=3))

    mail = story.mail()

    assert mail.keys() == {PATIENT, DESK, OPERATOR}
    assert str(mail[PATIENT]["Subject"]).endswith(" was sent")
    said = " ".join(text_of(mail[PATIENT]).split())
    assert "We are sorry: the answer is late. It was promised by Wednesday" in said
    assert "You will have an answer by" not in said
    assert str(mail[DESK]["Subject"]).endswith(" is overdue")
    assert story.mail() == {}


def test_over_half_of_the_time_the_clinic_reads_of_the_new_request_only(
    story: Story, clock: Clock
) -> None:
    row = story.case.row()
    time_passes(story, clock, row.created_at + (row.answer_by - row.created_at) * 0.7)

    mail = story.mail()

    assert str(mail[DESK]["Subject"]).startswith("New request")
    assert story.mail() == {}


def test_over_a_visit_nobody_reads_that_it_is_soon(story: Story, clock: Clock) -> None:
    story.mail()
    story.staff("book")
    story.mail()
    time_passes(story, clock, datetime.fromisoformat(INSIDE_WINDOW) + timedelta(hours=6))

    assert PATIENT not in story.mail()


def test_over_a_visit_that_was_never_told_of_the_letter_says_that_it_is_late(
    story: Story, clock: Clock
) -> None:
    story.mail()
    story.staff("book")
    time_passes(story, clock, datetime.fromisoformat(INSIDE_WINDOW) + timedelta(hours=6))

    said = text_of(story.mail()[PATIENT])

    assert "This time has passed. Our mail comes late, and we are sorry." in said
    assert "If you need another time" not in said


def test_whoever_asked_is_told_of_a_withdrawal_before_their_address_is_erased(
    story: Story, clock: Clock
) -> None:
    story.mail()
    assert story.case.by_admin("enter_in_error").status_code == 200
    time_passes(story, clock, clock.now + timedelta(hours=30))

    mail = story.mail()

    assert str(mail[PATIENT]["Subject"]).endswith(" was withdrawn")
    time_passes(story, clock, clock.now + timedelta(hours=5))
    assert story.case.row().wrapped_key is None


def test_an_address_is_erased_though_mail_stays_away(story: Story, clock: Clock) -> None:
    assert story.case.by_admin("enter_in_error").status_code == 200

    time_passes(story, clock, clock.now + timedelta(days=3, hours=5))

    assert story.case.row().wrapped_key is None
