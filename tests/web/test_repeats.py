"""Creating calls under an Idempotency-Key: once, whoever repeats them, however many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pydantic import BaseModel
from sqlmodel import Session
from starlette.testclient import TestClient

from conftest import Clock
from creating import ASSESSMENTS, CREATES, EACH, KEY, PEOPLE, begin_with, send, trace
from crowd import Call, rush
from log_lines import apart_from_id
from referral import repeats
from referral.errors import ConflictError
from referral.settings import Settings
from referral.staff.scopes import Scope
from referral.staff.service import revoke
from world import Practice, add_key, count, house, request_body


@EACH
def test_the_same_call_again_gets_the_first_answer_and_creates_nothing(
    client: TestClient, clock: Clock, name: str
) -> None:
    case, create = begin_with(client, clock, name)
    first = send(case, create.path, create.body)
    there = trace(case, create)
    clock.now += timedelta(hours=47, minutes=59)

    again = send(case, create.path, dict(reversed(create.body.items())))

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert apart_from_id(again) == apart_from_id(first)
    assert trace(case, create) == there


@EACH
def test_another_call_under_the_same_key_is_refused(
    client: TestClient, clock: Clock, name: str
) -> None:
    case, create = begin_with(client, clock, name)
    send(case, create.path, create.body)
    there = trace(case, create)

    other = send(case, create.path, create.other)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert [at["pointer"] for at in other.json()["errors"]] == ["/header/Idempotency-Key"]
    assert trace(case, create) == there


def test_what_changed_since_changes_nothing_in_the_first_answer(
    client: TestClient, clock: Clock
) -> None:
    case, create = begin_with(client, clock, "chiropractor")
    first = send(case, create.path, create.body).json()
    person = f"{PEOPLE}/{first['id']}"
    client.patch(person, json={"name": "Dr. Renamed"}, headers=case.admin.bearer)
    client.delete(person, headers=case.admin.bearer)

    assert send(case, create.path, create.body).json() == first


@pytest.mark.parametrize("name", ["note", "chiropractor"])
def test_each_holder_has_keys_of_their_own(client: TestClient, clock: Clock, name: str) -> None:
    case, create = begin_with(client, clock, name)
    row, key = add_key(client, case.practice.clinic_id, Scope.ADMIN)
    colleague = Practice(case.practice.clinic_id, case.practice.chiropractor_id, row.id, key)
    ids = {
        send(case, create.path, create.body, by=who).json()["id"] for who in (case.admin, colleague)
    }
    assert len(ids) == 2

    with house(client).database.unit_of_work() as session:
        revoke(session, colleague.key_id, now=clock.now)

    assert send(case, create.path, create.body, by=colleague).status_code == 401


def test_each_route_has_keys_of_its_own_and_each_request_its_call(
    client: TestClient, clock: Clock
) -> None:
    case, note = begin_with(client, clock, "note")
    body = request_body(client, case.practice.clinic_id)
    other = client.post("/api/v1/requests", json=body).json()["id"]

    answers = [
        send(case, note.path, note.body),
        send(case, PEOPLE, CREATES["chiropractor"].body),
        send(case, ASSESSMENTS, CREATES["assessment"].body),
        send(case, f"/api/v1/requests/{other}/notes", note.body),
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 422]


class Made(BaseModel):
    """What the calls of the next test make."""

    number: int


def test_what_fails_leaves_its_key_free(client: TestClient) -> None:
    parts = house(client)
    call = repeats.Call("count", KEY, Made(number=1), Made)

    def fails(_session: Session) -> Made:
        raise ConflictError("not now")

    with pytest.raises(ConflictError):
        parts.creating(call, fails)

    assert parts.creating(call, lambda _session: Made(number=2)).number == 2
    assert parts.creating(call, lambda _session: Made(number=3)).number == 2


def test_many_at_once_from_several_processes_create_one(
    client: TestClient, clock: Clock, settings: Settings
) -> None:
    case, note = begin_with(client, clock, "note")
    creates = [note, CREATES["chiropractor"], CREATES["assessment"]]
    there = [count(house(client).database, create.table) for create in creates]
    bearer = case.admin.bearer["Authorization"]
    calls = [Call(create.path, create.body, bearer, KEY) for create in creates * 8]

    answers = rush(settings, calls, processes=2, now=clock.now)

    assert {status for status, _ in answers} == {201}
    assert len({answer["id"] for _, answer in answers}) == len(creates)
    now_there = [count(house(client).database, create.table) for create in creates]
    assert now_there == [number + 1 for number in there]


def test_of_two_different_calls_at_once_one_wins(client: TestClient, clock: Clock) -> None:
    case, create = begin_with(client, clock, "note")
    bodies = [create.body, create.other] * 3

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda body: send(case, create.path, body), bodies))

    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [422] * 3
    assert count(house(client).database, "notes") == 1


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_that_cannot_be_one_is_refused(client: TestClient, clock: Clock, key: str) -> None:
    case, create = begin_with(client, clock, "note")

    answer = send(case, create.path, create.body, key=key)

    assert answer.status_code == 422
    assert count(house(client).database, "notes") == 0
