"""A clinic that lets requests expire sinks, and after three in a row is paused and told."""

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from post_office import PostOffice
from referral.clinics.models import Clinic
from referral.clinics.standing import AutoPause
from referral.staff.scopes import Scope
from situations import NO
from stories import text_of, worker_of
from world import Json, Practice, add_key, house, open_practice, send_request

EMAIL = "desk@example.com"


@pytest.fixture
def practice(client: TestClient, clock: Clock) -> Practice:
    return open_practice(client, confirmed_at=clock.now, email=EMAIL)


def ask(client: TestClient, practice: Practice) -> str:
    """Send the clinic a request, and return where staff make moves of it."""
    soon = house(client).now().date() + timedelta(days=2)
    window = {"date": soon.isoformat(), "part": "morning"}
    sent = send_request(client, practice.clinic_id, preferred_windows=[window])
    return f"/api/v1/requests/{sent['id']}/moves"


def move(client: TestClient, practice: Practice, moves: str, **step: object) -> None:
    """Make a staff move."""
    headers = practice.bearer | {"If-Match": "*"}
    answer = client.post(moves, json=step, headers=headers)
    assert answer.status_code == 200, answer.text


def let_expire(client: TestClient, clock: Clock) -> None:
    """Let all that waits end without an answer."""
    for _ in range(2):
        clock.now += timedelta(days=7)
        worker_of(client, None).clockwork.run_due(now=clock.now)


def row(client: TestClient, practice: Practice) -> Clinic:
    """Return the clinic's row."""
    with house(client).database.reading() as session:
        return session.get_one(Clinic, practice.clinic_id)


def own(client: TestClient, practice: Practice, **changes: object) -> Json:
    """Change the clinic's record with an admin key, and return it."""
    _, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    headers = {"Authorization": f"Bearer {key}", "If-Match": "*"}
    answer = client.patch("/api/v1/clinic", json=changes, headers=headers)
    record: Json = answer.json()
    return record


def test_after_three_in_a_row_it_is_paused_and_told_until_it_says_otherwise(
    client: TestClient, clock: Clock, practice: Practice, office: PostOffice
) -> None:
    handicaps = [row(client, practice).handicap]
    for _ in range(3):
        ask(client, practice)
        let_expire(client, clock)
        handicaps.append(row(client, practice).handicap)

    assert handicaps == [4, 6, 6, 26]
    assert "No online requests for now" in client.get(f"/clinics/{practice.clinic_id}").text
    assert worker_of(client, office).round()
    (mail,) = (m for m in office.taken if "takes no requests" in str(m["Subject"]))
    assert (mail["To"], mail["Subject"]) == (
        EMAIL,
        "Fictional Spine takes no requests here for now",
    )
    assert "The last three requests to Fictional Spine ended without" in text_of(mail)
    (page,) = re.findall(r"http://\S+(/confirm/\S+)", text_of(mail))
    assert "so we paused it" in client.get(page).text

    record = own(client, practice, paused=False)

    assert (record["paused"], record["paused_because"], record["left_unanswered"]) == (0, None, 0)
    assert record["confirmed_at"] == clock.now.isoformat().replace("+00:00", "Z")
    assert row(client, practice).handicap == 1


def test_a_pause_that_is_over_is_not_told(
    client: TestClient, clock: Clock, practice: Practice, office: PostOffice
) -> None:
    for _ in range(3):
        ask(client, practice)
    let_expire(client, clock)
    own(client, practice, paused=False)

    assert worker_of(client, office).round()

    assert [mail for mail in office.taken if "takes no requests" in str(mail["Subject"])] == []


def test_an_answer_makes_good_what_was_left_before(
    client: TestClient, clock: Clock, practice: Practice
) -> None:
    ask(client, practice)
    ask(client, practice)
    let_expire(client, clock)
    assert row(client, practice).left_unanswered == 2

    move(client, practice, ask(client, practice), action="decline", **NO)

    assert (row(client, practice).left_unanswered, row(client, practice).handicap) == (0, 1)


def test_a_place_on_the_waiting_list_was_an_answer(
    client: TestClient, clock: Clock, practice: Practice
) -> None:
    moves = ask(client, practice)
    for action in ("receive", "waitlist"):
        move(client, practice, moves, action=action)
    for _ in range(3):
        let_expire(client, clock)

    assert row(client, practice).left_unanswered == 0


def test_a_clinic_on_a_pause_of_its_own_is_told_nothing_and_stays_so(
    client: TestClient, clock: Clock, practice: Practice
) -> None:
    for _ in range(3):
        ask(client, practice)
    own(client, practice, paused=True)
    let_expire(client, clock)

    clinic = row(client, practice)
    assert (clinic.paused, clinic.paused_because, clinic.left_unanswered) == (True, None, 3)


def test_who_pauses_and_goes_on_does_not_begin_anew(
    client: TestClient, clock: Clock, practice: Practice
) -> None:
    ask(client, practice)
    ask(client, practice)
    let_expire(client, clock)
    own(client, practice, paused=True)
    own(client, practice, paused=False)
    ask(client, practice)
    let_expire(client, clock)

    assert row(client, practice).paused_because is AutoPause.LEFT_UNANSWERED
