"""What the sender sees of an answer, and may do by the private link."""

from datetime import timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from conftest import Clock
from front_desk import BOOK, DECLINE, follow, move
from world import (
    INSIDE_WINDOW,
    WINDOW,
    open_practice,
    send_request,
)


def test_the_sender_sees_why_the_clinic_said_no(client: TestClient) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)

    move(client, practice, sent, DECLINE | {"message": "Our table is broken"})

    seen = follow(client, sent)
    assert (seen["state"], seen["available_actions"]) == ("declined", ["send_on"])
    assert seen["decision"] == {
        "reason": "no_capacity",
        "next_step": "other_clinic",
        "message": "Our table is broken",
    }
    assert "Our table is broken" in client.get(f"/follow/{sent['follow_token']}").text


def test_staff_can_call_off_a_booked_visit(client: TestClient) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)
    move(client, practice, sent, BOOK)

    answer = move(client, practice, sent, {"action": "cancel", "message": "We moved away"})

    assert answer.status_code == 200
    seen = follow(client, sent)
    assert (seen["state"], seen["decision"]["message"]) == ("cancelled", "We moved away")


@pytest.mark.parametrize(("minutes", "status"), [(-1, 200), (0, 409), (60, 409)])
def test_the_sender_cancels_until_the_visit_starts(
    client: TestClient, clock: Clock, minutes: int, status: int
) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id, preferred_windows=[WINDOW])
    booked = move(client, practice, sent, BOOK)
    assert booked.status_code == 200
    clock.now += timedelta(days=1, hours=23, minutes=30 + minutes)
    assert booked.json()["booking"]["starts_at"] == INSIDE_WINDOW

    answer = client.post(f"/api/v1/follow/{sent['follow_token']}/moves", json={"action": "cancel"})

    assert answer.status_code == status
    assert follow(client, sent)["state"] == ("cancelled" if status == 200 else "booked")


def test_the_sender_cancels_once(client: TestClient) -> None:
    sent = send_request(client, open_practice(client).clinic_id)
    path = f"/api/v1/follow/{sent['follow_token']}/moves"

    answers = [client.post(path, json={"action": "cancel"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["available_actions"] == []


@pytest.mark.parametrize(("if_match", "status"), [('"1"', 200), ('"2"', 412), ("*", 200)])
def test_the_sender_may_name_a_version(client: TestClient, if_match: str, status: int) -> None:
    sent = send_request(client, open_practice(client).clinic_id)

    answer = client.post(
        f"/api/v1/follow/{sent['follow_token']}/moves",
        json={"action": "cancel"},
        headers={"If-Match": if_match},
    )

    assert answer.status_code == status


@pytest.mark.parametrize("action", ["receive", "book", "decline"])
def test_the_sender_cannot_do_what_staff_do(client: TestClient, action: str) -> None:
    sent = send_request(client, open_practice(client).clinic_id)

    answer = client.post(f"/api/v1/follow/{sent['follow_token']}/moves", json={"action": action})

    assert answer.status_code == 422


def test_wishes_for_another_time_have_an_end_and_the_rest_goes_on(
    client: TestClient, clock: Clock
) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id, preferred_windows=[WINDOW])
    move(client, practice, sent, BOOK)
    path = f"/api/v1/follow/{sent['follow_token']}/moves"

    def ask(part: str) -> Response:
        wish = {"action": "ask_move", "preferred_windows": [WINDOW | {"part": part}]}
        return client.post(path, json=wish)

    parts = ("morning", "afternoon")
    answers = [ask(parts[number % 2]) for number in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [409]
    assert answers[-1].json()["code"] == "asked-too-often"
    # The same once more changes nothing, and is no error.
    assert ask("afternoon").status_code == 200
    page = f"/follow/{sent['follow_token']}"
    typed = {"preferred_windows": f"{WINDOW['date']}_morning"}
    shown = client.post(f"{page}/ask_move", data=typed)
    assert "Please call the clinic" in shown.text
    clock.now += timedelta(days=1)
    assert ask("morning").status_code == 200
    assert client.post(path, json={"action": "cancel"}).status_code == 200
