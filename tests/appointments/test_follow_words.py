"""What the follow page says, and what it must not say at the same time."""

from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments.life.moves import HAPPENED
from referral.appointments.wording import EVENTS
from referral.web.dates import NB
from situations import OFFERED, Case, begin, body, bring


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a page says is the same whichever database holds it."""
    return sqlite_url


def words(case: Case, token: str = "") -> str:
    """Return the main part of the follow page."""
    answer = case.client.get(f"/follow/{token or case.sent['follow_token']}")
    assert answer.status_code == 200, answer.text
    return answer.text.partition("<main")[2].partition("</main>")[0]


def test_there_are_words_for_every_step() -> None:
    assert {f"appointment.{step}" for step in HAPPENED.values()} <= EVENTS.keys()


@pytest.mark.parametrize(
    ("situation", "elsewhere"),
    [
        ("booked, started", False),
        ("arrived", False),
        ("no_show", False),
        ("completed", False),
        ("entered_in_error", False),
        ("declined, see a doctor", False),
        ("cancelled", True),
    ],
)
def test_other_clinics_are_named_only_to_those_who_need_one(
    client: TestClient, clock: Clock, situation: str, *, elsewhere: bool
) -> None:
    case = begin(client, clock)
    bring(case, situation)

    assert ("Find another clinic" in words(case)) is elsewhere


def test_an_offer_that_has_run_out_is_not_called_held(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "offered")
    assert "holds these times" in words(case)

    late = begin(client, clock)
    bring(late, "offered, ended")

    assert "has run out" in words(late)
    assert "holds these times" not in words(late)


def test_a_time_that_has_passed_is_not_offered_any_more(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    times = [{"starts_at": start} for start in OFFERED]
    assert case.staff("offer", times=times, expires_at="2026-12-07T12:00:00Z").status_code == 200
    assert words(case).count('type="radio"') == len(OFFERED)

    clock.now = datetime.fromisoformat(OFFERED[0])

    assert words(case).count('type="radio"') == len(OFFERED) - 1
    assert "10:30" in words(case)


def test_the_booked_visit_says_where_with_whom_and_whom_to_call(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "booked")

    text = words(case)

    for said in ("Dr. Made Up", "1 Made Up Street", "New York, NY 10001", "(212) 555-0100"):
        assert said in text


def test_what_is_canceled_has_the_name_that_the_person_knows(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    assert "Cancel the request" in words(case)
    bring(case, "booked")

    assert "Cancel the visit" in words(case)
    assert "Cancel the request" not in words(case)
    asked = client.get(f"/follow/{case.sent['follow_token']}/cancel").text
    assert "Cancel this visit?" in asked


def test_a_missed_visit_can_be_made_up_until_the_day_that_the_page_names(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "no_show")
    said = " ".join(words(case).replace(NB, " ").split())
    assert "ask for another time until Thursday, December 17, 9:30 am EST." in said
    until = datetime.fromisoformat(case.seen()["ask_again_until"])

    clock.now = until - timedelta(seconds=1)
    assert (case.run_due(), case.seen()["available_actions"]) == (0, ["ask_again"])
    clock.now = until

    assert (case.run_due(), case.seen()["state"]) == (1, "cancelled")
    assert case.seen()["ask_again_until"] is None
    assert "ask for another time" not in words(case)


def test_a_request_that_was_sent_on_is_not_said_to_be_typed_again(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "declined, sent on")

    assert "You sent the request" in words(case)
    following = words(case, case.seen()["sent_on_token"])
    assert "came here from another clinic" in following
    assert "You sent the request" not in following


def test_the_waiting_list_says_until_when_and_that_notices_have_stopped(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "waitlisted, quiet")
    text = words(case)
    assert "until Tuesday, December\xa022" in text
    assert "no more notices" in text


def test_a_request_that_was_sent_on_is_not_to_be_sent_again(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "declined")
    assert "Ask another clinic" in words(case)

    assert case.patient(**body(case, "send_on")).status_code == 200

    assert "Ask another clinic" not in words(case)


def test_a_no_is_said_once_with_its_reason_and_the_message_apart(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    case.staff("decline", reason="no_capacity", next_step="other_clinic", message="Try us in May.")
    text = words(case)
    assert text.count("said no") == 1
    assert "no free time soon enough" in text
    assert text.index("no free time") < text.index("A message from the clinic")
    assert "Try us in May." in text


def test_who_waits_too_long_reads_when_it_ends(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    assert case.seen()["expires_at"] == "2026-12-03T22:00:00Z"
    clock.now += timedelta(days=1, hours=8)
    case.run_due()

    assert f"by Thursday, December{NB}3, 5:00{NB}pm{NB}EST, this request ends" in words(case)

    case.staff(**body(case, "offer"))
    assert case.seen()["expires_at"] is None
