"""Every door takes anything: no 500, no echo, no trace of the inside.

A small part runs with all tests, always the same one; `make fuzz` draws as many as it is told.
"""

import os
from typing import cast

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as drawn
from starlette.testclient import TestClient

from conftest import Clock
from fuzzing import Doors, doors_of
from referral.settings import Settings
from referral.staff.scopes import Scope
from situations import begin
from test_rotation import invited
from world import add_key

MANY = int(os.environ.get("REFERRAL_FUZZ", "0"))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"key_calls_per_minute": 1_000_000})


@pytest.fixture
def doors(client: TestClient, clock: Clock) -> Doors:
    """Return the doors of a service in which there is something of everything."""
    case = begin(client, clock)
    code, page = invited(client, clock)
    there = client.post("/join", data={"code": code}, follow_redirects=False).headers["location"]
    _, key = add_key(client, case.practice.clinic_id, Scope.ADMIN)
    tokens = [case.sent["follow_token"], page, there.rpartition("/")[2]]
    return doors_of(
        client,
        cast("FastAPI", client.app),
        bearer={"Authorization": f"Bearer {key}"},
        token=tokens,
        request_id=[case.id],
        clinic_id=[case.practice.clinic_id],
        slug=["what-is-a-back-spasm"],
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_door_falls_over_or_repeats_what_it_is_given(
    client: TestClient, doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    @drawn(
        max_examples=MANY or 300,
        derandomize=not MANY,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(call=doors.calls())
    def knock(call: object) -> None:
        doors.knock(client, call)  # type: ignore[arg-type] # as it was drawn

    knock()
    if MANY:
        with capsys.disabled():
            print(report(doors))  # noqa: T201 - what `make fuzz` is for


def report(doors: Doors) -> str:
    """Say how many calls came to how many doors, and how they were answered."""
    statuses: dict[int, int] = {}
    for (_, status), count in doors.seen.items():
        statuses[status] = statuses.get(status, 0) + count
    told = ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
    return f"\n{sum(statuses.values()):,} calls to {len({r for r, _ in doors.seen})} doors; {told}"
