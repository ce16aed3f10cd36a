"""Reference and spoken code open a request, and cannot be guessed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments.following import lookup
from referral.errors import TooManyError
from situations import begin
from world import house, open_practice, send_request

# A crowd of first tries meets in the key about every second time: enough rounds to be sure.
CROWD, ROUNDS = 4, 12


def test_reference_and_code_lead_to_the_request(client: TestClient, clock: Clock) -> None:
    sent = send_request(client, open_practice(client).clinic_id)
    parts = house(client)

    def tried(code: str) -> str | None:
        written = sent["reference"].lower().replace("-", " ")
        with parts.database.unit_of_work() as session:
            return lookup.token_for(session, written, code, vault=parts.vault, now=clock.now)

    spoken = sent["spoken_code"].replace("-", " ")
    assert tried(spoken) == sent["follow_token"]
    assert [tried("0000-0000x") for _ in range(5)] == [None] * 5
    with pytest.raises(TooManyError):
        tried(spoken)
    clock.now += timedelta(hours=1, minutes=1)
    assert tried(spoken) == sent["follow_token"]


def test_an_unknown_reference_is_limited_as_well(client: TestClient, clock: Clock) -> None:
    parts = house(client)

    def tried() -> str | None:
        with parts.database.unit_of_work() as session:
            return lookup.token_for(
                session, "ZZZZ-ZZZZ", "1234-5678", vault=parts.vault, now=clock.now
            )

    assert [tried() for _ in range(5)] == [None] * 5
    with pytest.raises(TooManyError):
        tried()


def test_each_door_takes_reference_and_code_and_a_wrong_pair_tells_nothing(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    reference, code = case.sent["reference"], case.sent["spoken_code"]
    good = {"reference": reference.lower(), "code": code}

    assert client.get("/find").status_code == 200
    found = client.post("/find", data=good, follow_redirects=False)
    assert (found.status_code, found.headers["location"]) == (
        303,
        f"/follow/{case.sent['follow_token']}",
    )
    api = client.post("/api/v1/follow", json=good)
    assert api.json()["follow_token"] == case.sent["follow_token"]

    wrong = client.post("/find", data={"reference": reference, "code": "1-1-1"})
    unknown = client.post("/find", data={"reference": "2222-2222", "code": code})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    nothing_typed = [
        wrong.text.replace(reference, "").replace("1-1-1", ""),
        unknown.text.replace("2222-2222", "").replace(code, ""),
    ]
    assert nothing_typed[0] == nothing_typed[1]
    assert f'value="{reference}"' in wrong.text
    assert 'value="1-1-1"' in wrong.text
    assert client.post("/api/v1/follow", json={**good, "code": "x"}).status_code == 404

    for _ in range(3):
        client.post("/find", data={"reference": reference, "code": "x"})
    assert client.post("/find", data=good).status_code == 429
    barred = client.post("/find", data=good)
    assert "too many tries" in barred.text
    assert f'value="{good["reference"]}"' in barred.text
    assert client.post("/api/v1/follow", json=good).status_code == 429


def test_wrong_codes_at_the_same_moment_are_all_answered(client: TestClient) -> None:
    together = Barrier(CROWD)

    def wrong(reference: str) -> int:
        together.wait()
        form = {"reference": reference, "code": "1"}
        return client.post("/find", data=form, follow_redirects=False).status_code

    with ThreadPoolExecutor(CROWD) as pool:
        for number in range(ROUNDS):
            answers = pool.map(wrong, [f"2222-33{number:02}"] * CROWD)
            assert list(answers) == [303] * CROWD
