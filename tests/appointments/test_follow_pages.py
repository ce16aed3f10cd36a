"""What a person reads and does behind their private link, in every situation there is."""

from typing import Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments.states import Action
from situations import FOLLOWED, Case, begin, bring
from world import house, open_practice

WINDOW = {"preferred_windows": "2026-12-08_afternoon"}
# The mark that an action leaves on the follow page, exactly when it is possible.
MARKS = {
    Action.ACCEPT: '/accept"',
    Action.REFUSE: '/refuse"',
    Action.ASK_MOVE: '/ask_move"',
    Action.ASK_AGAIN: '/ask_again"',
    Action.STOP_NOTICES: '/stop_notices"',
    Action.SEND_ON: '/elsewhere"',
    Action.CANCEL: '/cancel"',
}
# The situation in which each action is tried, and the state or fact that follows.
STEPS: tuple[tuple[str, str, str], ...] = (
    ("offered", "accept", "booked"),
    ("booked, another time on offer", "accept", "booked"),
    ("offered", "refuse", "received"),
    ("booked, another time on offer", "refuse", "booked"),
    ("booked", "ask_move", "booked"),
    ("no_show", "ask_again", "received"),
    ("waitlisted", "stop_notices", "waitlisted"),
    ("waitlisted", "cancel", "cancelled"),
    ("declined", "send_on", "declined"),
    ("expired", "send_on", "expired"),
    ("cancelled by the clinic", "send_on", "cancelled"),
)
BAD_GRID = {"preferred_windows": "nonsense"}
GRIDS = (("offered", "refuse"), ("booked", "ask_move"), ("no_show", "ask_again"))


def page(case: Case, path: str = "") -> str:
    """Return the text of a page behind the link."""
    answer = case.client.get(link(case, path))
    assert answer.status_code == 200, answer.text
    return answer.text


def link(case: Case, path: str = "") -> str:
    """Return the address of a page behind the link."""
    return f"/follow/{case.sent['follow_token']}{path}"


def post(case: Case, action: str, data: dict[str, Any]) -> Any:  # noqa: ANN401 - the client's answer
    """Send a form behind the link."""
    return case.client.post(link(case, f"/{action}"), data=data, follow_redirects=False)


def led_to(case: Case, action: str, data: dict[str, Any]) -> Any:  # noqa: ANN401 - the client's answer
    """Send a form behind the link, and return the page that it leads to."""
    return case.client.get(post(case, action, data).headers["location"])


def filled_in(case: Case, action: str) -> dict[str, Any]:
    """Return what the form of `action` sends."""
    if action == "accept":
        times = case.seen()["offered_times"]
        return {"time_id": times[0]["id"] if times else ""}
    if action == "send_on":
        return {"clinic_id": str(open_practice(case.client, name="Second Spine").clinic_id)}
    return dict(WINDOW) if action in ("refuse", "ask_move", "ask_again") else {}


@pytest.mark.parametrize("situation", FOLLOWED)
def test_the_page_offers_exactly_what_is_possible_and_looking_changes_nothing(
    client: TestClient, clock: Clock, situation: str
) -> None:
    case = begin(client, clock)
    bring(case, situation)
    can, before = case.seen()["available_actions"], case.trace()

    text = page(case)
    for path in ("/sent", "/cancel", "/elsewhere", "/refuse", "/ask_move", "/copy", "/erase"):
        assert case.client.get(link(case, path)).status_code == 200

    assert {action for action, mark in MARKS.items() if f"{mark}" in text} == set(can)
    assert case.trace() == before


@pytest.mark.parametrize(("situation", "action", "state"), STEPS)
def test_each_action_works_through_its_page_and_only_once(
    client: TestClient, clock: Clock, *, situation: str, action: str, state: str
) -> None:
    case = begin(client, clock)
    bring(case, situation)
    data = filled_in(case, action)

    first = post(case, action, data)
    done = case.trace()

    assert first.status_code == 303, first.text
    assert case.seen()["state"] == state
    assert client.get(first.headers["location"]).status_code == 200
    again = post(case, action, data)
    assert (again.status_code, again.headers["location"]) == (303, first.headers["location"])
    assert case.trace() == done


@pytest.mark.parametrize("action", [action.value for action in MARKS])
def test_what_is_not_possible_is_refused_in_plain_words(
    client: TestClient, clock: Clock, action: str
) -> None:
    case = begin(client, clock)
    bring(case, "completed")
    before = case.trace()

    data = filled_in(case, action) or {}
    if action == "accept":
        data = {"time_id": case.sent["id"]}
    answer = led_to(case, action, data)

    assert answer.status_code == 409
    assert "not possible any more" in answer.text
    assert case.trace() == before


@pytest.mark.parametrize(("situation", "action"), GRIDS)
@pytest.mark.parametrize("chosen", [[], ["2026-11-02_morning"], ["nonsense"]])
def test_a_grid_without_a_usable_time_comes_back_with_the_mistake(
    client: TestClient, clock: Clock, *, situation: str, action: str, chosen: list[str]
) -> None:
    case = begin(client, clock)
    bring(case, situation)
    before = case.trace()
    assert "Send to the clinic" in page(case, f"/{action}")

    kept = "2026-12-15_morning"
    answer = led_to(case, action, {"preferred_windows": [*chosen, kept] if chosen else []})

    assert answer.status_code == 422
    assert 'href="#f-preferred_windows"' in answer.text
    assert "nonsense" not in answer.text
    assert answer.text.count(" checked") == (1 if chosen and kept in answer.text else 0)
    assert case.trace() == before


@pytest.mark.parametrize(("situation", "action"), GRIDS)
@pytest.mark.parametrize("mistaken", [False, True])
def test_a_grid_reads_the_request_once(
    client: TestClient, clock: Clock, *, situation: str, action: str, mistaken: bool
) -> None:
    case = begin(client, clock)
    bring(case, situation)
    found = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "appointments.token_hash = " in statement:
            found.append(statement)

    engine = house(client).database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        shown = led_to(case, action, BAD_GRID).text if mistaken else page(case, f"/{action}")
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert "Send to the clinic" in shown
    assert len(found) == 1


def test_going_back_keeps_the_ticks(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "booked")
    post(case, "ask_move", WINDOW | {"go": "back"})
    assert " checked" in page(case, "/ask_move")
    assert not case.seen()["wants_move"]
    post(case, "ask_move", dict(WINDOW))
    assert case.seen()["wants_move"]
    assert " checked" not in page(case, "/ask_move")


def test_a_time_that_is_gone_brings_the_page_again_and_says_so(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "offered")
    gone = case.seen()["offered_times"][0]["id"]
    assert case.patient("refuse", preferred_windows=[{"date": "2026-12-08", "part": "morning"}])
    assert case.staff("offer", times=[{"starts_at": "2026-12-08T10:00:00-05:00"}])

    answer = led_to(case, "accept", {"time_id": gone})
    nothing = led_to(case, "accept", {})

    assert (answer.status_code, nothing.status_code) == (409, 422)
    assert "no longer free" in answer.text
    assert 'href="#f-time_id"' in nothing.text


def test_the_booked_visit_is_a_calendar_file_without_a_word_about_health(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    assert client.get(link(case, "/visit.ics")).status_code == 404
    bring(case, "booked")

    answer = client.get(link(case, "/visit.ics"))

    assert answer.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20261204T150000Z" in answer.text
    assert f"SUMMARY:Visit\\, reference {case.sent['reference']}" in answer.text
    assert "pain" not in answer.text.lower()


@pytest.mark.parametrize("situation", ["arrived", "no_show", "completed"])
def test_a_visit_that_is_no_longer_to_come_has_no_calendar_file(
    client: TestClient, clock: Clock, situation: str
) -> None:
    case = begin(client, clock)
    bring(case, situation)

    assert client.get(link(case, "/visit.ics")).status_code == 404


def test_the_other_clinics_leave_out_those_that_were_asked_or_take_none(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "declined, sent on")
    open_practice(client, name="Third Spine")
    open_practice(client, name="Closed Spine", accepting="no")
    token = case.seen()["sent_on_token"]
    assert f"/follow/{token}" in page(case)
    second = Case(client, clock, case.practice, case.admin, {"follow_token": token})
    second.clock.now = clock.now
    assert "Send it to another" not in page(second)


def test_where_no_clinic_is_in_reach_the_nearest_to_call_are_named(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "declined")
    far = {"latitude": 44.5, "longitude": -73.2}
    open_practice(client, name="Full Spine", accepting="no", latitude=41.0)
    open_practice(client, name="Mute Spine", phone="", latitude=42.0)
    open_practice(client, name="Listed Spine", standing="listed", phone="+12125550177", **far)
    assert "Find a clinic to call" in page(case)
    assert "Send it to another clinic" not in page(case)

    text = page(case, "/elsewhere")

    assert "No other clinic within 50 miles takes requests here." in text
    assert "Listed Spine" in text
    assert 'href="tel:2125550177">(212) 555-0177</a>' in text
    assert "about 262 miles away" in text
    assert "ask your doctor" in text
    for left_out in ("Fictional Spine", "Full Spine", "Mute Spine"):
        assert left_out not in text


def test_a_clinic_that_cannot_take_it_brings_the_page_again(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "declined")
    closed = open_practice(client, name="Closed Spine", accepting="no").clinic_id
    open_practice(client, name="Third Spine")
    text = page(case, "/elsewhere")
    assert "Third Spine" in text
    assert "Closed Spine" not in text
    assert "Fictional Spine" not in text

    answers = [led_to(case, "send_on", {"clinic_id": given}) for given in (str(closed), "x", "")]

    assert [answer.status_code for answer in answers] == [409, 422, 422]
    assert all("There is a problem" in answer.text for answer in answers)
