"""The clinic's list: what it holds, what each filter keeps, and its pages."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from front_desk import BOOK, REQUESTS, listed, move
from world import (
    open_practice,
    send_request,
)


def test_a_list_holds_nothing_personal(client: TestClient) -> None:
    practice = open_practice(client)
    send_request(client, practice.clinic_id)

    answer = client.get(REQUESTS, headers=practice.bearer)

    assert "Zebrowski" not in answer.text
    assert len(answer.json()["items"]) == 1


def test_each_filter_keeps_what_it_names(client: TestClient, clock: Clock) -> None:
    practice = open_practice(client)
    old, booked = (send_request(client, practice.clinic_id)["id"] for _ in range(2))
    move(
        client, practice, {"id": booked}, BOOK | {"chiropractor_id": str(practice.chiropractor_id)}
    )
    first_day = clock.now
    clock.now += timedelta(days=1, hours=8)
    new = send_request(client, practice.clinic_id)["id"]
    moment = (first_day + timedelta(hours=1)).isoformat().replace("+", "%2B")

    expected = {
        "": {old, booked, new},
        "state=booked": {booked},
        "state=booked&state=requested": {old, booked, new},
        "needs=answer": {old, new},
        "overdue=true": {old},
        "overdue=true&state=booked": set(),
        "level=chiropractor": {old, booked, new},
        "level=self-care": set(),
        f"chiropractor_id={practice.chiropractor_id}": {booked},
        f"created_from={moment}": {new},
        f"created_before={moment}": {old, booked},
        f"updated_since={moment}": {new},
    }
    assert {query: set(listed(client, practice, query)) for query in expected} == expected


@pytest.mark.parametrize(
    "query",
    [
        "state=open",
        "limit=0",
        "limit=201",
        "cursor=nonsense",
        "cursor=MjAyNg==",
        "cursor=%C3%A9",
        "cursor=MjAyNi0xMi0wMVQxNTowMDowMHwwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA==",
        "created_from=2026-12-01T00:00:00",
        "created_from=0001-01-01T00:00:00%2B14:00",
        "level=unknown",
        "needs=money",
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"{REQUESTS}?{query}", headers=open_practice(client).bearer)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/query/")


def test_pages_repeat_nothing_while_requests_come_in(client: TestClient, clock: Clock) -> None:
    practice = open_practice(client)
    there = []
    for number in range(7):
        clock.now += timedelta(seconds=number % 2)
        there.append(send_request(client, practice.clinic_id)["id"])

    walked: list[str] = []
    url: str | None = f"{REQUESTS}?limit=2&needs=answer"
    while url:
        answer = client.get(url, headers=practice.bearer)
        walked += [row["id"] for row in answer.json()["items"]]
        link = answer.links.get("next")
        assert (link is None) == (answer.json()["next"] is None)
        url = link["url"] if link else None
        clock.now += timedelta(seconds=1)
        send_request(client, practice.clinic_id)

    assert len(walked) == len(set(walked))
    assert set(walked) == set(there)
