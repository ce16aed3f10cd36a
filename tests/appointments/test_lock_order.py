"""Moves at the same moment wait for each other, and never in a circle.

PostgreSQL only: on SQLite there is one writer at a time. Each test holds what both calls need
first, so that they always meet.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments.asking.doors import desk_of
from referral.appointments.life.submission import submit
from referral.appointments.schemas import NewRequest
from situations import NO, Case
from waiting import let_in_at_once, until_they_wait
from world import (
    Practice,
    add_clinic,
    add_key,
    assess,
    house,
    open_practice,
    request_body,
    send_request,
)

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


def test_answers_are_not_erased_under_a_request_that_is_just_sent_with_them(
    client: TestClient,
) -> None:
    one, other = open_practice(client), open_practice(client)
    answers = assess(client)
    sent = send_request(client, one.clinic_id, assessment_id=answers)
    body = request_body(client, other.clinic_id, assessment_id=answers)
    database, erased = house(client).database, list[Future[Response]]()

    with ThreadPoolExecutor(1) as pool:

        def erase_the_first() -> None:
            path = f"/api/v1/follow/{sent['follow_token']}"
            erased.append(pool.submit(partial(client.delete, path)))
            until_they_wait(database, *erased)

        with database.unit_of_work() as session:
            asked, desk = NewRequest.model_validate(body), desk_of(house(client))
            new = submit(session, asked, desk=desk, admit=erase_the_first)

    assert erased[0].result().status_code == 204
    seen = client.get(f"/api/v1/requests/{new.id}", headers=other.bearer).json()
    assert seen["assessment"]["answers"]["pain"] == 5
