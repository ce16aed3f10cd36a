"""The feed as pages: what is told, to whom, and that pages of any size make the same whole."""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from conftest import Clock
from hearing import EVENTS, happen, paged
from referral.appointments.life.moves import HAPPENED
from referral.clinics.standing import Standing
from referral.staff.scopes import Scope
from referral.staff.service import revoke
from situations import begin, body
from world import Practice, a_clinic, add_key, house, open_practice, send_request

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
FEW: Callable[..., Any] = settings(max_examples=20, derandomize=True, database=None, deadline=None)
LARGEST = 2**31 - 1


def test_what_happened_is_told_in_order_without_anything_of_the_person(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    for action in ("receive", "offer", "decline"):
        assert case.staff(**body(case, action)).status_code == 200

    answer = client.get(EVENTS, headers=case.practice.bearer)

    told = answer.json()
    assert [(one["number"], one["type"]) for one in told["items"]] == [
        (1, "request.requested"),
        (2, "request.received"),
        (3, "request.offered"),
        (4, "request.declined"),
    ]
    assert {one["request_id"] for one in told["items"]} == {case.sent["id"]}
    assert [one["actor"].partition(":")[0] for one in told["items"]] == ["patient"] + ["staff"] * 3
    assert {one["at"] for one in told["items"]} == {"2026-12-01T15:00:00Z"}
    assert [one["data"] for one in told["items"]] == [
        {},
        {"from": "requested"},
        {"from": "received", "times": 3, "offer_expires_at": "2026-12-02T15:00:00Z"},
        {"from": "offered"},
    ]
    assert told["last"] == told["newest"] == 4
    assert len({one["id"] for one in told["items"]}) == 4


@pytest.mark.parametrize("kind", [*HAPPENED.values(), "requested", "noted", "assigned", "erased"])
def test_every_type_is_described(kind: str) -> None:
    assert f"`request.{kind}`" in GUIDE


def test_another_clinics_events_are_never_told(client: TestClient) -> None:
    ours, theirs = open_practice(client), open_practice(client)
    sent = [send_request(client, one.clinic_id)["id"] for one in (ours, theirs, ours)]

    assert [one["request_id"] for one in paged(client, ours)] == [sent[0], sent[2]]
    assert [one["request_id"] for one in paged(client, theirs)] == [sent[1]]
    assert [one["number"] for one in paged(client, ours)] == [1, 2]


def test_pages_of_any_size_make_the_same_whole(client: TestClient) -> None:
    practice = open_practice(client)
    happen(client, practice.clinic_id, 23)
    whole = paged(client, practice)
    assert [one["number"] for one in whole] == list(range(1, 24))

    @FEW
    @given(limits=st.lists(st.integers(1, 12), min_size=1))
    def read(limits: list[int]) -> None:
        sizes, after, seen, more = cycle(limits), 0, list[Any](), True
        while more:
            call = {"after": after, "limit": next(sizes)}
            answer = client.get(EVENTS, params=call, headers=practice.bearer)
            seen += answer.json()["items"]
            after = answer.json()["last"]
            more = "Link" in answer.headers
            assert len(answer.json()["items"]) == min(call["limit"], 23 - call["after"])
        assert seen == whole

    read()


def test_the_link_leads_to_the_next_page(client: TestClient) -> None:
    practice = open_practice(client)
    happen(client, practice.clinic_id, 3)

    answer = client.get(f"{EVENTS}?after=0&limit=2", headers=practice.bearer)

    assert answer.headers["Link"] == f'<{EVENTS}?limit=2&after=2>; rel="next"'
    following = client.get(answer.links["next"]["url"], headers=practice.bearer)
    assert [one["number"] for one in following.json()["items"]] == [3]
    assert "Link" not in following.headers


@pytest.mark.parametrize("after", [3, 4, 70_000, LARGEST])
def test_past_the_last_there_is_nothing_and_the_place_is_kept(
    client: TestClient, after: int
) -> None:
    practice = open_practice(client)
    happen(client, practice.clinic_id, 3)

    answer = client.get(EVENTS, params={"after": after}, headers=practice.bearer)

    assert answer.json() == {"items": [], "last": after, "newest": 3}
    assert "Link" not in answer.headers


def test_a_clinic_that_has_no_log_yet_has_no_events(client: TestClient) -> None:
    with house(client).database.unit_of_work() as session:
        clinic = a_clinic(now=house(client).now(), standing=Standing.LISTED)
        session.add(clinic)
        session.flush()
        clinic_id = clinic.id
    _, key = add_key(client, clinic_id)

    answer = client.get(EVENTS, headers={"Authorization": f"Bearer {key}"})

    assert answer.json() == {"items": [], "last": 0, "newest": 0}


@pytest.mark.parametrize("path", [EVENTS, f"{EVENTS}/stream"])
@pytest.mark.parametrize("after", ["-1", str(LARGEST + 1), "1" * 40, "last", ""])
def test_what_is_no_number_of_an_event_is_refused(
    client: TestClient, path: str, after: str
) -> None:
    practice = open_practice(client)

    answer = client.get(path, params={"after": after}, headers=practice.bearer)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/query/after"]


@pytest.mark.parametrize("last", ["-1", str(LARGEST + 1), "last"])
def test_a_last_event_that_is_no_number_is_refused(client: TestClient, last: str) -> None:
    headers = open_practice(client).bearer | {"Last-Event-ID": last}

    answer = client.get(f"{EVENTS}/stream", headers=headers)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/header/Last-Event-ID"]


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_page_has_one_to_five_hundred_events(client: TestClient, limit: int) -> None:
    practice = open_practice(client)

    answer = client.get(EVENTS, params={"limit": limit}, headers=practice.bearer)

    assert answer.status_code == 422


def test_a_key_for_reading_is_enough(client: TestClient) -> None:
    practice = open_practice(client)
    row, key = add_key(client, practice.clinic_id, Scope.READ)
    happen(client, practice.clinic_id)

    reader = Practice(practice.clinic_id, practice.chiropractor_id, row.id, key)

    assert len(paged(client, reader)) == 1


@pytest.mark.parametrize("path", [EVENTS, f"{EVENTS}/stream"])
def test_a_revoked_key_is_told_nothing(client: TestClient, clock: Clock, path: str) -> None:
    practice = open_practice(client)
    with house(client).database.unit_of_work() as session:
        revoke(session, practice.key_id, now=clock.now)

    assert client.get(path, headers=practice.bearer).status_code == 401
