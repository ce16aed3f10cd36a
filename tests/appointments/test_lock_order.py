"""Moves at the same moment wait for each other, and never in a circle.

PostgreSQL only: on SQLite there is one writer at a time. Each test holds what both calls need
first, so that they always meet.
"""

from functools import partial

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from situations import NO, Case
from waiting import let_in_at_once
from world import Practice, add_clinic, add_key, house, open_practice, send_request

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
STARTS = ("2026-12-03T09:30:00-05:00", "2026-12-03T10:30:00-05:00")


def request_to(client: TestClient, clock: Clock, practice: Practice, **changes: object) -> Case:
    """Send a request to a clinic."""
    sent = send_request(client, practice.clinic_id, **changes)
    return Case(client, clock, practice, practice, sent)


def test_two_clinics_that_say_no_and_are_each_others_next(client: TestClient, clock: Clock) -> None:
    one, other = open_practice(client), open_practice(client)
    cases = [
        request_to(client, clock, asked, also_ask=[str(then.clinic_id)])
        for asked, then in ((one, other), (other, one))
    ]

    answers = let_in_at_once(
        house(client).database,
        "SELECT 1 FROM event_counters",
        [partial(case.staff, "decline", **NO) for case in cases],
    )

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(case.seen()["sent_on_token"] for case in cases)


def test_two_visits_that_swap_their_times(client: TestClient, clock: Clock) -> None:
    practice = open_practice(client)
    cases = [request_to(client, clock, practice) for _ in STARTS]
    for case, start in zip(cases, STARTS, strict=True):
        assert case.staff("book", starts_at=start).status_code == 200

    answers = let_in_at_once(
        house(client).database,
        "SELECT 1 FROM held_times",
        [
            partial(case.staff, "move", starts_at=start)
            for case, start in zip(cases, reversed(STARTS), strict=True)
        ],
    )

    assert [answer.json()["code"] for answer in answers] == ["time-taken", "time-taken"]


def test_two_answers_of_a_clinic_that_owed_some_and_names_nobody(
    client: TestClient, clock: Clock
) -> None:
    clinic_id = add_clinic(client, left_unanswered=1)
    row, key = add_key(client, clinic_id)
    practice = Practice(clinic_id, clinic_id, row.id, key)
    cases = [request_to(client, clock, practice) for _ in STARTS]

    answers = let_in_at_once(
        house(client).database,
        "SELECT 1 FROM clinics",
        [
            partial(case.staff, "book", starts_at=start)
            for case, start in zip(cases, STARTS, strict=True)
        ],
    )

    assert [answer.status_code for answer in answers] == [200, 200]
