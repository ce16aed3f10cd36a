"""Many moves in one call: each stands by itself, and is what it would be alone."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments.desk import inbox
from referral.staff.scopes import Scope
from situations import NO, Case, begin, bring
from world import (
    INSIDE_WINDOW,
    Json,
    Practice,
    add_key,
    count,
    house,
    open_practice,
    send_request,
)

MANY = "/api/v1/requests/moves"
RECEIVE: Json = {"action": "receive"}
DECLINE: Json = {"action": "decline", **NO}
BOOK: Json = {"action": "book", "starts_at": INSIDE_WINDOW}
OUTSIDE: Json = BOOK | {"starts_at": "2026-12-09T09:30:00-05:00"}


def item(sent: Json | str, step: Json, version: int = 1) -> Json:
    """Return one move of a call."""
    request_id = sent if isinstance(sent, str) else sent["id"]
    return {"id": request_id, "version": version, "move": step}


def send(client: TestClient, practice: Practice, items: Any) -> Response:  # noqa: ANN401 - any JSON
    """Send many moves in one call."""
    answer: Response = client.post(MANY, json={"items": items}, headers=practice.bearer)
    return answer


def test_each_row_is_what_the_move_alone_would_be(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    practice = case.practice
    done, stale, ended, wrong = (send_request(client, practice.clinic_id) for _ in range(4))
    theirs = send_request(client, open_practice(client).clinic_id)
    bring(Case(client, clock, practice, case.admin, ended), "cancelled")
    steps = [
        item(done, RECEIVE),
        item(theirs, RECEIVE),
        item(str(uuid4()), RECEIVE),
        item(ended, RECEIVE, version=2),
        item(stale, RECEIVE, version=7),
        item(wrong, OUTSIDE),
        item(case.sent, DECLINE),
    ]

    answer = send(client, practice, steps)

    assert answer.status_code == 200
    rows = answer.json()["items"]
    assert [row["id"] for row in rows] == [step["id"] for step in steps]
    assert [row["status"] for row in rows] == [200, 404, 404, 409, 412, 422, 200]
    for row in rows:
        path = f"/api/v1/requests/{row['id']}"
        if row["status"] == 200:
            whole = client.get(path, headers=practice.bearer).json()
            assert row == {"id": row["id"], "status": 200, "request": whole}
            continue
        (step,) = (step for step in steps if step["id"] == row["id"])
        headers = practice.bearer | {"If-Match": f'"{step["version"]}"'}
        alone = client.post(f"{path}/moves", json=step["move"], headers=headers)
        assert row == {"id": row["id"], "status": alone.status_code, "problem": alone.json()}


def test_events_and_notices_are_those_of_single_moves(client: TestClient, clock: Clock) -> None:
    together, alone = begin(client, clock), begin(client, clock)
    other = send_request(client, together.practice.clinic_id)

    send(client, together.practice, [item(together.sent, DECLINE), item(other, RECEIVE)])
    alone.staff(**DECLINE)

    assert together.trace() == alone.trace()
    assert together.notices() == alone.notices()
    events = client.get("/api/v1/events?after=2", headers=together.practice.bearer).json()["items"]
    kinds = [(event["type"], event["request_id"]) for event in events]
    assert kinds == [("request.declined", str(together.id)), ("request.received", other["id"])]
    assert {event["actor"] for event in events} == {f"staff:{together.practice.key_id}"}
    assert together.staff("undo").status_code == 200


def test_the_same_call_again_moves_nothing(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    steps = [item(case.sent, RECEIVE)]
    send(client, case.practice, steps)
    before = case.trace()

    again = send(client, case.practice, steps)

    assert [row["status"] for row in again.json()["items"]] == [412]
    assert case.trace() == before


@pytest.mark.parametrize(
    ("number", "version", "move", "pointer"),
    [
        (0, 1, RECEIVE, "/items"),
        (51, 1, RECEIVE, "/items"),
        (1, 0, RECEIVE, "/items/0/version"),
        (1, 1, {"action": "fly"}, "/items/0/move/action"),
        (1, 1, {}, "/items/0/move/action"),
        (1, 1, {"action": "book"}, "/items/0/move/starts_at"),
        (1, 1, BOOK | {"minutes": 3}, "/items/0/move/minutes"),
        (1, 1, {"action": "offer", "times": [{"minutes": 5}]}, "/items/0/move/times/0/starts_at"),
        (1, 1, RECEIVE | {"Zq7typed": "Zq7typed"}, "/items/0/move"),
    ],
)
def test_a_call_that_is_not_whole_moves_nothing(
    client: TestClient, clock: Clock, number: int, version: int, *, move: Json, pointer: str
) -> None:
    case = begin(client, clock)
    fine = [item(str(uuid4()), RECEIVE) for _ in range(number - 1)]
    steps = [item(case.sent, move, version), *fine] if number else []

    answer = send(client, case.practice, steps)

    assert answer.status_code == 422
    assert pointer in [at["pointer"] for at in answer.json()["errors"]]
    assert "Zq7typed" not in answer.text
    assert case.row().version == 1


def test_a_request_named_twice_refuses_the_whole_call(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    other = send_request(client, case.practice.clinic_id)

    steps = [item(other, RECEIVE), item(case.sent, RECEIVE), item(case.sent, DECLINE, 2)]
    answer = send(client, case.practice, steps)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/items")
    assert answer.json()["detail"] == "Name each request only once in a call."
    assert case.row().version == 1


def test_a_key_for_reading_moves_none(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    row, key = add_key(client, case.practice.clinic_id, Scope.READ)
    reader = Practice(case.practice.clinic_id, case.practice.chiropractor_id, row.id, key)

    answer = send(client, reader, [item(case.sent, RECEIVE)])

    assert (answer.status_code, answer.json()["scope"]) == (403, "write")
    assert case.row().version == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("moved", [0, 1])
def test_a_database_that_goes_away_is_named_and_what_was_done_stays(
    client: TestClient, clock: Clock, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    case = begin(client, clock)
    others = [send_request(client, case.practice.clinic_id) for _ in range(2)]
    act, acted = inbox.act, []

    def away_after(session: Session, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - passed on
        acted.append(args)
        if len(acted) > moved:
            raise OperationalError("SELECT", None, Exception())
        return act(session, *args, **more)

    monkeypatch.setattr(inbox, "act", away_after)
    steps = [item(sent, RECEIVE) for sent in (case.sent, *others)]
    answer = send(client, case.practice, steps)

    assert len(acted) == moved + 1
    if moved:
        assert [row["status"] for row in answer.json()["items"]] == [200, 503, 503]
    else:
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert case.row().version == 1 + moved


def test_calls_that_cross_each_other_move_each_request_once(client: TestClient) -> None:
    practice = open_practice(client)
    sent = [send_request(client, practice.clinic_id) for _ in range(6)]
    steps = [item(one, RECEIVE) for one in sent]

    with ThreadPoolExecutor(4) as pool:
        orders = (steps, steps[::-1]) * 2
        answers = list(pool.map(lambda order: send(client, practice, order), orders))

    assert {answer.status_code for answer in answers} == {200}
    rows = [row for answer in answers for row in answer.json()["items"]]
    assert sorted(row["status"] for row in rows) == [200] * 6 + [412] * 18
    assert len({row["id"] for row in rows if row["status"] == 200}) == 6
    assert count(house(client).database, "events") == 12
    with house(client).database.reading() as session:
        versions = session.execute(text("SELECT version FROM appointments")).scalars().all()
    assert set(versions) == {2}
