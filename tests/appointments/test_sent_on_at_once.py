"""Several clinics say no at the same moment, and all would ask the same clinic next."""

from concurrent.futures import ThreadPoolExecutor

from httpx2 import Response
from starlette.testclient import TestClient

from conftest import Clock
from situations import NO, Case, begin
from world import assess, open_practice

ROUNDS, CLINICS = 4, 4


def asked_at_once(client: TestClient, clock: Clock) -> tuple[list[Case], list[str]]:
    """Send one need to four clinics, agreed to two others after them; return all."""
    agreed = [str(open_practice(client).clinic_id) for _ in range(2)]
    assessment_id = assess(client)
    asked = {"assessment_id": assessment_id, "also_ask": agreed}
    return [begin(client, clock, **asked) for _ in range(CLINICS)], agreed


def test_each_no_is_stored_and_each_next_clinic_is_asked_once(
    client: TestClient, clock: Clock
) -> None:
    for _ in range(ROUNDS):
        cases, agreed = asked_at_once(client, clock)

        with ThreadPoolExecutor(CLINICS) as pool:
            answers = list(pool.map(lambda case: case.staff("decline", **NO), cases))

        assert [answer.status_code for answer in answers] == [200] * CLINICS
        seen = [case.seen() for case in cases]
        assert [one["state"] for one in seen] == ["declined"] * CLINICS
        tokens = [one["sent_on_token"] for one in seen if one["sent_on_token"]]
        followed = [client.get(f"/api/v1/follow/{token}").json() for token in tokens]
        assert sorted(one["clinic"]["id"] for one in followed) == sorted(agreed)


def send_on(case: Case, clinic_id: str) -> Response:
    """Send one request on as its sender."""
    return case.patient("send_on", clinic_id=clinic_id)


def test_a_person_who_sends_two_requests_on_at_once_is_told_that_it_was_asked(
    client: TestClient, clock: Clock
) -> None:
    for _ in range(ROUNDS):
        assessment_id = assess(client)
        cases = [begin(client, clock, assessment_id=assessment_id) for _ in range(2)]
        target = str(open_practice(client).clinic_id)
        for case in cases:
            assert case.staff("decline", **NO).status_code == 200

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(send_on, cases, [target] * 2))

        assert sorted(answer.status_code for answer in answers) == [200, 409]
        (late,) = (answer.json() for answer in answers if answer.status_code == 409)
        assert late["code"] == "already-requested"
