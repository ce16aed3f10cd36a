"""Reference and spoken code open a request, and cannot be guessed."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments import lookup
from referral.errors import TooManyError
from world import house, open_practice, send_request


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
