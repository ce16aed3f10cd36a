"""What each side is told of a visit: the difference to what the last mail told it, and no other."""

from datetime import datetime
from email.message import EmailMessage

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from post_office import PostOffice
from postman import DESK
from situations import LATER_WINDOWS, NO, OFFERED
from stories import Story, calendar_of, text_of
from world import INSIDE_WINDOW, PERSON, Json

PATIENT = str(PERSON["email"])
LATER, LATEST = "2026-12-03T10:30:00-05:00", "2026-12-03T11:00:00-05:00"
BOOK: Json = {"action": "book", "starts_at": INSIDE_WINDOW}
OFFER: Json = {"action": "offer", "times": [{"starts_at": start} for start in OFFERED]}
RELEASE: Json = {"action": "release"}
UNDO: Json = {"action": "undo"}
WHEN = {INSIDE_WINDOW: "9:30 am EST", LATER: "10:30 am EST", LATEST: "11:00 am EST"}


@pytest.fixture
def story(client: TestClient, clock: Clock, office: PostOffice) -> Story:
    """Return a request that both sides were told of."""
    story = Story(client, clock, office)
    story.mail()
    return story


def move_to(start: str) -> Json:
    return {"action": "move", "starts_at": start}


def do(story: Story, *steps: Json) -> dict[str, EmailMessage]:
    """Make moves of staff, or of the person (`by_person`), and then let mail go out."""
    for step in steps:
        make = story.case.patient if step.get("by_person") else story.case.staff
        more = {name: given for name, given in step.items() if name != "by_person"}
        answer = make(**more)
        assert answer.status_code == 200, answer.text
    return story.mail()


@pytest.mark.parametrize(
    ("steps", "subject"),
    [
        ((RELEASE, OFFER), "the clinic offers times"),
        ((RELEASE, {"action": "decline", **NO}), "the clinic cannot take it"),
        ((RELEASE, {"action": "cancel", "by_person": True}), "is canceled"),
        ((RELEASE, {"action": "waitlist"}), "you are on the waiting list"),
        ((RELEASE, {"action": "cancel"}), "the clinic called it off"),
        # The letter that would have said it has nothing else to say any more.
        (
            (RELEASE, OFFER, {"action": "refuse", "by_person": True, **LATER_WINDOWS}),
            "your visit is off",
        ),
        # What waited is told after all, though what came after it was undone.
        ((RELEASE, OFFER, UNDO), "the clinic cannot keep your time"),
    ],
)
def test_a_visit_that_is_off_is_called_off_by_whatever_letter_comes_next(
    story: Story, steps: tuple[Json, ...], subject: str
) -> None:
    invited = do(story, BOOK)

    told = do(story, *steps)

    assert told.keys() == {PATIENT, DESK}
    assert str(told[PATIENT]["Subject"]).endswith(subject)
    for address in (PATIENT, DESK):
        method, event = calendar_of(told[address])
        before = calendar_of(invited[address])[1]
        assert (method, event["UID"]) == ("CANCEL", before["UID"])
        assert event["SEQUENCE"] > before["SEQUENCE"]
        assert event["DTSTART"].dt == before["DTSTART"].dt
        assert "9:30 am EST is off. It is no longer booked." in text_of(told[address])


@pytest.mark.parametrize("steps", [(BOOK, RELEASE), (BOOK, RELEASE, OFFER), (BOOK, UNDO)])
def test_nobody_is_told_that_a_visit_is_off_of_which_they_never_heard(
    story: Story, steps: tuple[Json, ...]
) -> None:
    told = do(story, *steps)

    assert DESK not in told
    for mail in told.values():
        assert not [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        assert "9:30" not in text_of(mail)


@pytest.mark.parametrize(
    ("steps", "now"),
    [
        ((move_to(LATER), move_to(LATEST)), LATEST),
        ((move_to(LATER), move_to(LATEST), UNDO), LATER),
        ((move_to(LATER), OFFER), LATER),
        ((RELEASE, {"action": "book", "starts_at": LATER}), LATER),
    ],
)
def test_a_move_names_the_time_that_the_reader_had(
    story: Story, steps: tuple[Json, ...], now: str
) -> None:
    do(story, BOOK)

    told = do(story, *steps)

    assert told.keys() == {PATIENT, DESK}
    for mail in told.values():
        said = text_of(mail)
        assert f"December 3, {WHEN[now]}" in said
        assert "The time before, Thursday, December 3, 9:30 am EST, is no longer booked." in said
        (never,) = WHEN.keys() - {INSIDE_WINDOW, now}
        assert f"December 3, {WHEN[never]}" not in said
        method, event = calendar_of(mail)
        assert (method, event["DTSTART"].dt) == ("REQUEST", datetime.fromisoformat(now))
