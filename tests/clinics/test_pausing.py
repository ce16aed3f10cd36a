"""A clinic that pauses: nobody can ask it, at whatever door, and all can see why."""

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.clinics.models import Clinic
from situations import NO, begin
from world import house, open_practice, send_request


def pause(client: TestClient, clinic_id: object, *, paused: bool = True) -> None:
    """Let a clinic pause, or end its pause."""
    with house(client).database.unit_of_work() as session:
        session.get_one(Clinic, clinic_id).paused = paused


@pytest.mark.parametrize("path", ["/api/v1/clinics/{}", "/api/v1/clinics?zip=10001&limit=1"])
def test_the_directory_says_that_it_takes_no_requests(client: TestClient, path: str) -> None:
    clinic_id = open_practice(client).clinic_id
    pause(client, clinic_id)

    answer = client.get(path.format(clinic_id)).json()

    (shown,) = answer.get("clinics", [answer])
    assert (shown["paused"], shown["accepting"], shown["takes_requests"]) == (True, "yes", False)


def test_the_pages_show_it_and_lead_nobody_to_the_form(client: TestClient) -> None:
    clinic_id = open_practice(client).clinic_id
    pause(client, clinic_id)

    for path in (f"/clinics/{clinic_id}", "/clinics?zip=10001"):
        page = client.get(path).text
        assert "No online requests for now" in page
        assert "Ask for an appointment" not in page
    form = client.get(f"/clinics/{clinic_id}/request", follow_redirects=False)
    assert (form.status_code, form.headers["location"]) == (303, f"/clinics/{clinic_id}")


def test_no_request_is_sent_on_to_it_by_hand_or_by_itself(client: TestClient, clock: Clock) -> None:
    paused, open_ = (open_practice(client).clinic_id for _ in range(2))
    pause(client, paused)
    by_hand = begin(client, clock)
    by_itself = begin(client, clock, also_ask=[str(paused), str(open_)])

    assert by_hand.staff("decline", **NO).status_code == 200
    assert by_itself.staff("decline", **NO).status_code == 200

    answer = by_hand.patient("send_on", clinic_id=str(paused))
    assert (answer.status_code, answer.json()["code"]) == (409, "clinic-not-online")
    token = by_itself.seen()["sent_on_token"]
    assert client.get(f"/api/v1/follow/{token}").json()["clinic"]["id"] == str(open_)
    assert str(paused) not in client.get(f"/follow/{by_hand.sent['follow_token']}/send_on").text


def test_a_waiting_list_is_shown_and_can_be_asked(client: TestClient) -> None:
    clinic_id = open_practice(client, accepting="waitlist").clinic_id

    assert "Waiting list" in client.get(f"/clinics/{clinic_id}").text
    assert send_request(client, clinic_id)["state"] == "requested"


def test_after_the_pause_it_can_be_asked_again(client: TestClient) -> None:
    clinic_id = open_practice(client).clinic_id
    pause(client, clinic_id)
    pause(client, clinic_id, paused=False)

    assert send_request(client, clinic_id)["state"] == "requested"
