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
from filling_in import TYPED, answer_the_questions
from fuzzing import Call, Doors, doors_of
from invitations import invited
from referral.policies import MOST, POLICIES
from referral.settings import Settings
from referral.staff.scopes import Scope
from situations import begin
from world import add_key, send_request

# How many calls each door gets.
MANY = int(os.environ.get("REFERRAL_FUZZ", "0"))
FEW_EACH = drawn(
    max_examples=MANY or 3,
    derandomize=not MANY,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Let nobody be told to come back later."""
    limits = dict.fromkeys(POLICIES, MOST)
    return settings.model_copy(update={"key_calls_per_minute": MOST, "limits": limits})


@pytest.fixture
def doors(client: TestClient, clock: Clock) -> Doors:
    """Return the doors of a service in which there is something of everything."""
    case = begin(client, clock)
    code, page = invited(client, clock)
    there = client.post("/join", data={"code": code}, follow_redirects=False).headers["location"]
    form = answer_the_questions(client)
    client.post(f"/clinics/{case.practice.clinic_id}/request", data=TYPED)
    assert form.endswith("/check/outcome")
    _, key = add_key(client, case.practice.clinic_id, Scope.ADMIN)
    # One of them will be erased, sooner or later.
    others = [send_request(client, case.practice.clinic_id) for _ in range(4)]
    tokens = [sent["follow_token"] for sent in (case.sent, *others)]
    return doors_of(
        client,
        cast("FastAPI", client.app),
        bearer={"Authorization": f"Bearer {key}"},
        token=[*tokens, page, there.rpartition("/")[2]],
        request_id=[case.id, *(sent["id"] for sent in others)],
        clinic_id=[case.practice.clinic_id],
        slug=["what-is-a-back-spasm"],
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_door_falls_over_or_repeats_what_it_is_given(
    client: TestClient, doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    for method, route in doors.routes:

        @FEW_EACH
        @given(call=doors.calls(method, route))
        def knock(call: Call) -> None:
            doors.knock(client, call)

        knock()
    assert {path for path, _ in doors.seen} == {path for _, path in doors.routes}
    if MANY:
        with capsys.disabled():
            print(report(doors))  # noqa: T201 - what `make fuzz` is for


def report(doors: Doors) -> str:
    """Say how many calls came to how many doors, and how they were answered."""
    statuses: dict[int, int] = {}
    for (_, status), count in doors.seen.items():
        statuses[status] = statuses.get(status, 0) + count
    told = ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
    knocked, there = len({door for door, _ in doors.seen}), len({path for _, path in doors.routes})
    return f"\n{sum(statuses.values()):,} calls to {knocked} of {there} doors; {told}"
