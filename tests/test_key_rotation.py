"""A new key in front of the ring: what was given out before goes on opening its request."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from conftest import Clock
from reading import fresh
from referral.app import create_app
from referral.appointments.models import Appointment
from referral.notices.models import Audience
from referral.settings import Settings, new_ring
from situations import NO, begin
from world import PERSON, house, open_practice, request_body, send_request

KEY = {"Idempotency-Key": "a-random-key"}


@pytest.fixture
def turned(settings: Settings, clock: Callable[[], datetime]) -> Iterator[TestClient]:
    """The same service after a new key was put in front of the old one."""
    assert settings.keys is not None
    newer = new_ring().replace("k1:", "k2:")
    ring = SecretStr(f"{newer},{settings.keys.get_secret_value()}")
    app = create_app(settings.model_copy(update={"keys": ring}), clock=clock)
    with TestClient(app, base_url=settings.origin, raise_server_exceptions=False) as client:
        yield client
    app.state.house.database.engine.dispose()


def test_slip_link_and_letter_of_an_older_request_still_open_it(
    client: TestClient, turned: TestClient, clock: Clock
) -> None:
    sent = begin(client, clock).sent
    token, code = sent["follow_token"], sent["spoken_code"]

    page = turned.get(f"/follow/{token}/sent")
    seen = turned.get(f"/api/v1/follow/{token}").json()
    found = turned.post("/api/v1/follow", json={"reference": sent["reference"], "code": code})
    ((_, letter),) = fresh(turned, UUID(sent["id"]), Audience.PATIENT)

    assert (page.status_code, code in page.text) == (200, True)
    assert seen["spoken_code"] == code
    assert (found.status_code, found.json().get("follow_token")) == (200, token)
    assert f"/follow/{token}" in letter.text
    assert code in letter.text


def test_a_repeat_with_its_idempotency_key_is_still_recognised(
    client: TestClient, turned: TestClient
) -> None:
    body = request_body(client, open_practice(client).clinic_id)
    first = client.post("/api/v1/requests", json=body, headers=KEY)

    again = turned.post("/api/v1/requests", json=body, headers=KEY)
    keyless = turned.post("/api/v1/requests", json=body)
    other = turned.post("/api/v1/requests", json=body | {"note": "Other words"}, headers=KEY)

    assert (again.status_code, keyless.status_code) == (201, 201)
    assert again.json() == keyless.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_a_request_sent_on_before_or_after_is_linked(
    client: TestClient, turned: TestClient, clock: Clock
) -> None:
    other = str(open_practice(client).clinic_id)
    before, after = (begin(client, clock, also_ask=[other]) for _ in range(2))
    assert before.staff("decline", **NO).status_code == 200
    after.client = turned
    assert after.staff("decline", **NO).status_code == 200

    for case in (before, after):
        case.client = turned
        token = case.seen()["sent_on_token"]
        next_one = turned.get(f"/api/v1/follow/{token}")
        assert next_one.status_code == 200
        slip = {"reference": next_one.json()["reference"], "code": next_one.json()["spoken_code"]}
        assert turned.post("/api/v1/follow", json=slip).json()["follow_token"] == token
        with house(turned).database.reading() as session:
            row = session.get_one(Appointment, case.row().sent_on_to)
        assert house(turned).vault.link_token(row.id, row.token_hash) == token


def test_a_form_that_is_open_in_a_browser_goes_on(client: TestClient, turned: TestClient) -> None:
    client.post("/check/regions", data={"regions": ["lower_back"]})
    turned.cookies.update(client.cookies)

    again = turned.get("/check/regions").text
    assert again.count(" checked>") == client.get("/check/regions").text.count(" checked>") == 1


def test_a_contact_finds_the_requests_from_before_and_after(
    client: TestClient, turned: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    later = send_request(turned, case.practice.clinic_id)
    body = {"contact": PERSON["email"]}

    answer = turned.post("/api/v1/requests/search", json=body, headers=case.practice.bearer)

    assert {row["id"] for row in answer.json()["items"]} == {case.sent["id"], later["id"]}
