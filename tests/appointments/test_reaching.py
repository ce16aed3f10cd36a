"""People whom mail does not reach: a call is owed, or it is said that nobody can tell them."""

import logging
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from log_lines import written
from post_office import PostOffice
from postman import DESK
from referral.appointments.models import Appointment
from referral.notices import outbox
from referral.notices.backoff import FIRST_PAUSE, MOST_ATTEMPTS
from referral.notices.models import NoticeStatus
from situations import BY_PHONE
from stories import Story
from world import PERSON, Json, house

PATIENT = str(PERSON["email"])
NO_SUCH_USER = f"550 5.1.1 <{PATIENT}> no such user"
NO_PHONE: Json = {"phone": None}


@pytest.fixture
def story(client: TestClient, clock: Clock, office: PostOffice) -> Story:
    """A request of a person whose address the mail server refuses."""
    office.to_recipient[PATIENT] = NO_SUCH_USER
    return Story(client, clock, office)


@pytest.fixture
def silent(client: TestClient, clock: Clock, office: PostOffice) -> Story:
    """The same of a person who gave no phone number either."""
    office.to_recipient[PATIENT] = NO_SUCH_USER
    return Story(client, clock, office, **NO_PHONE)


def calls(story: Story) -> list[tuple[str, bool]]:
    """Return who is on the clinic's list of people to call, and whether nobody can call them."""
    path = "/api/v1/requests?needs=call&fields=reference,unreachable"
    rows = story.case.client.get(path, headers=story.case.practice.bearer).json()["items"]
    return [(row["reference"], row["unreachable"]) for row in rows]


def is_owed(story: Story) -> tuple[bool, bool]:
    """Return whether a call is owed, and whether nobody can make it."""
    detail = story.case.detail()
    return detail["call_due_since"] is not None, detail["unreachable"]


def test_who_cannot_be_mailed_is_to_be_called_until_they_were(story: Story, clock: Clock) -> None:
    assert is_owed(story) == (False, False)
    assert set(story.mail()) == {DESK}

    detail = story.case.detail()
    since = detail["call_due_since"].replace("Z", "+00:00")
    assert since == clock.now.isoformat()
    assert calls(story) == [(story.case.sent["reference"], False)]
    assert "called" in detail["available_actions"]

    story.staff("called")
    assert (is_owed(story), calls(story)) == ((False, False), [])


def test_each_letter_that_fails_owes_a_call_again(story: Story) -> None:
    story.mail()
    story.staff("called")
    story.mail()
    assert is_owed(story) == (False, False)

    story.staff("book")
    story.mail()

    assert is_owed(story) == (True, False)


def test_who_left_no_number_is_shown_to_the_clinic_as_beyond_reach(silent: Story) -> None:
    silent.mail()

    assert is_owed(silent) == (True, True)
    assert calls(silent) == [(silent.case.sent["reference"], True)]

    silent.staff("called")
    assert is_owed(silent) == (False, False)


def test_a_call_is_owed_no_longer_once_a_letter_arrives(silent: Story) -> None:
    silent.mail()
    silent.office.to_recipient.clear()
    silent.staff("book")

    assert PATIENT in silent.mail()

    assert is_owed(silent) == (False, False)


def test_who_acts_by_the_link_need_not_be_called(silent: Story) -> None:
    silent.staff("offer")
    silent.mail()
    assert is_owed(silent) == (True, True)

    silent.patient("accept")

    assert is_owed(silent) == (False, False)


def test_a_letter_that_the_operator_sends_again_ends_it(story: Story, clock: Clock) -> None:
    story.mail()
    story.office.to_recipient.clear()
    with story.worker.database.unit_of_work() as session:
        (dead,) = outbox.listing(session, NoticeStatus.DEAD)
        outbox.retry(session, dead.id, now=clock.now)

    assert set(story.mail()) == {PATIENT}

    assert is_owed(story) == (False, False)


def test_a_server_that_says_later_owes_a_call_only_once_it_is_given_up(
    story: Story, clock: Clock
) -> None:
    story.office.to_recipient[PATIENT] = "451 later"
    story.mail()
    assert is_owed(story) == (False, False)
    with story.worker.database.unit_of_work() as session:
        (waiting,) = outbox.listing(session, NoticeStatus.WAITING)
        waiting.attempts = MOST_ATTEMPTS - 1
    clock.now += FIRST_PAUSE

    story.mail()

    assert is_owed(story) == (True, False)


def test_it_stands_in_the_record_once_and_staff_need_not_read_again(
    story: Story, clock: Clock
) -> None:
    before = story.case.detail()
    clock.now += timedelta(minutes=1)
    story.mail()
    story.staff("receive")
    story.mail()

    after = story.case.detail()
    kinds = [item["kind"] for item in after["history"]]
    assert kinds == ["appointment.requested", "appointment.mail_failed", "appointment.received"]
    assert after["version"] == before["version"] + 1
    (event,) = [item for item in after["history"] if item["kind"] == "appointment.mail_failed"]
    assert (event["actor"], event["data"]) == ("system", {})
    assert "appointment.mail_failed" in [item["kind"] for item in story.case.seen()["history"]]


def test_who_asks_what_has_changed_sees_it(story: Story, clock: Clock) -> None:
    clock.now += timedelta(minutes=1)
    story.mail()

    path = "/api/v1/requests"
    given = {"updated_since": clock.now.isoformat()}
    answer = story.case.client.get(path, params=given, headers=story.case.practice.bearer)

    assert len(answer.json()["items"]) == 1


def test_what_the_mail_server_says_is_kept_nowhere(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    story.mail()

    said = [str(line) for line in written(caplog.records)]
    assert not [line for line in said if "quillon" in line.casefold() or "5.1.1" in line]
    with story.worker.database.reading() as session:
        (dead,) = outbox.listing(session, NoticeStatus.DEAD)
    assert (dead.failure, dead.data) == ("recipient-refused", {})


def test_a_clinic_that_cannot_be_mailed_owes_no_call_for_that(story: Story) -> None:
    story.office.to_recipient = {DESK: "550 no such user"}

    assert set(story.mail()) == {PATIENT}

    assert is_owed(story) == (False, False)


def test_somebody_erased_is_called_by_nobody(story: Story, clock: Clock) -> None:
    assert story.case.by_admin("enter_in_error").status_code == 200
    story.mail()
    assert is_owed(story) == (True, False)
    clock.now += timedelta(days=1)

    assert story.worker.round()

    assert story.case.row().wrapped_key is None
    assert is_owed(story) == (False, False)


def test_where_contacts_are_not_indexed_yet_there_may_be_a_number(story: Story) -> None:
    with story.worker.database.unit_of_work() as session:
        row = session.get_one(Appointment, story.case.id)
        row.email_index = row.phone_index = None

    story.mail()

    assert is_owed(story) == (True, False)


def test_a_person_without_an_address_is_still_called_as_before(
    client: TestClient, clock: Clock, office: PostOffice
) -> None:
    story = Story(client, clock, office, **BY_PHONE)
    story.staff("receive")

    story.mail()

    assert is_owed(story) == (True, False)
    assert house(client).now() == clock.now
