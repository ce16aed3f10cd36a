"""From a move to the mail of each side: what arrives, in which order, and what never does."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from post_office import PostOffice
from postman import DESK, OPERATOR
from stories import Story, calendar_of, text_of
from world import PERSON

PATIENT = str(PERSON["email"])


@pytest.fixture
def story(client: TestClient, clock: Clock, office: PostOffice) -> Story:
    return Story(client, clock, office)


def test_a_new_request_reaches_both_sides(story: Story) -> None:
    mail = story.mail()

    reference = story.case.sent["reference"]
    assert mail.keys() == {PATIENT, DESK}
    assert mail[PATIENT]["Subject"] == f"Your request {reference} was sent"
    assert str(mail[DESK]["Subject"]).startswith(f"New request {reference}: answer by Wednesday")
    assert story.case.sent["follow_token"] in text_of(mail[PATIENT])
    assert f"GET http://127.0.0.1:8000/api/v1/requests/{story.case.id}" in text_of(mail[DESK])
    for each in mail.values():
        html = each.get_body(("html",))
        assert html is not None
        assert reference in html.get_content()


def test_a_visit_is_one_calendar_entry_from_booking_to_the_end(story: Story) -> None:
    story.mail()
    story.staff("offer")
    assert story.mail().keys() == {PATIENT}
    story.patient("accept")
    booked = story.mail()
    story.staff("move")
    moved = story.mail()
    story.patient("cancel")
    off = story.mail()

    assert booked.keys() == off.keys() == {PATIENT, DESK}
    assert moved.keys() == {PATIENT, DESK}
    files = [calendar_of(mail[PATIENT]) for mail in (booked, moved, off)]
    assert [method for method, _ in files] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {str(event["UID"]) for _, event in files} == {f"{story.case.id}@127.0.0.1"}
    assert [event["SEQUENCE"] for _, event in files] == [0, 1, 2]
    assert files[2][1]["DTSTART"].dt == files[1][1]["DTSTART"].dt != files[0][1]["DTSTART"].dt
    clinic = [calendar_of(mail[DESK]) for mail in (booked, moved, off)]
    assert [(method, event["SEQUENCE"]) for method, event in clinic] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("CANCEL", 2),
    ]


def test_what_is_undone_before_it_was_sent_is_never_said(story: Story) -> None:
    story.mail()
    story.staff("decline")
    story.staff("undo")

    assert story.mail() == {}


def test_what_is_undone_after_it_was_sent_is_corrected_once(story: Story) -> None:
    story.mail()
    story.staff("book")
    invited = calendar_of(story.mail()[PATIENT])
    story.staff("undo")
    mail = story.mail()

    assert mail.keys() == {PATIENT, DESK}
    assert calendar_of(mail[DESK])[0] == "CANCEL"
    assert str(mail[PATIENT]["Subject"]).endswith(": a correction")
    assert "No time is booked." in text_of(mail[PATIENT])
    method, event = calendar_of(mail[PATIENT])
    assert (method, event["UID"]) == ("CANCEL", invited[1]["UID"])
    assert event["SEQUENCE"] > invited[1]["SEQUENCE"]
    assert story.mail() == {}


def test_what_was_overtaken_is_never_sent(story: Story) -> None:
    story.staff("receive")
    story.staff("offer")
    story.patient("accept")

    mail = story.mail()

    assert str(mail[PATIENT]["Subject"]).endswith(": your visit is booked")
    assert str(mail[DESK]["Subject"]).endswith(": a visit is booked")
    assert story.mail() == {}


def test_time_reminds_warns_and_ends_by_itself(story: Story, clock: Clock) -> None:
    subjects: dict[str, list[str]] = {PATIENT: [], DESK: [], OPERATOR: []}
    for _ in range(40):
        for address, mail in story.mail().items():
            subjects[address].append(
                str(mail["Subject"]).partition(story.case.sent["reference"])[2]
            )
        clock.now += timedelta(hours=2)

    assert subjects[PATIENT] == [" was sent", ": the clinic gave no answer in time"]
    assert [subject.partition(":")[0] for subject in subjects[DESK]] == [
        "",
        " still waits",
        " is overdue",
        " ended without an answer",
    ]
    assert subjects[OPERATOR] == [" at Fictional Spine"]


def test_a_waiting_list_that_ran_out_is_not_called_silence(story: Story, clock: Clock) -> None:
    story.staff("receive")
    story.staff("waitlist")
    story.mail()
    clock.now += timedelta(days=21)

    mail = story.mail()

    assert set(mail) == {PATIENT, DESK}
    for letter in mail.values():
        assert "waiting list has ended" in str(letter["Subject"])
        assert "answer" not in text_of(letter).partition("Reference:")[0]
    page = story.case.client.get(f"/follow/{story.case.sent['follow_token']}").text
    assert "Your place on the waiting list ended" in page
    assert "did not answer" not in page
