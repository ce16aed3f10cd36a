"""The answers kept under an Idempotency-Key: for how long, how, and what they go with."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from creating import CREATES, EACH, KEY, all_kept, begin_with, send
from referral import repeats
from situations import begin, bring
from stories import worker_of
from world import request_body

MINUTE = timedelta(minutes=1)


@EACH
def test_after_two_days_a_key_is_new_again(client: TestClient, clock: Clock, name: str) -> None:
    case, create = begin_with(client, clock, name)
    first = send(case, create.path, create.body).json()
    clock.now += timedelta(hours=48)

    later = send(case, create.path, create.body)

    assert later.status_code == 201
    assert later.json()["id"] != first["id"]
    assert send(case, create.path, create.body).json() == later.json()


def test_what_is_kept_is_sealed_and_goes_with_what_is_erased(
    client: TestClient, clock: Clock
) -> None:
    case, note = begin_with(client, clock, "note")
    for create in (note, CREATES["chiropractor"], CREATES["assessment"]):
        assert send(case, create.path, create.body).status_code == 201
    kept = all_kept(client)
    assert len(kept) == 3
    for row in kept:
        assert "Zq7typed" not in repr(row.model_dump())
        assert KEY not in repr(row.model_dump())

    case.by_admin("enter_in_error")
    clock.now += timedelta(hours=25)
    case.mail_is_sent()
    case.run_due()

    assert case.detail()["person"] is None
    assert case.id not in {row.about for row in all_kept(client)}
    assert send(case, note.path, note.body).json()["code"] == "erased"


def test_the_worker_forgets_after_two_days_in_batches(
    client: TestClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "BATCH", 2)
    case, create = begin_with(client, clock, "chiropractor")
    for _ in range(5):
        send(case, create.path, create.body, key=str(uuid4()))
    clock.now += MINUTE
    send(case, create.path, create.body)
    left = []
    worker = worker_of(client, None)
    for pause in (timedelta(hours=48) - 2 * MINUTE, MINUTE, MINUTE):
        clock.now += pause
        worker._forgot_at = None
        assert worker.round()
        left.append(len(all_kept(client)))

    assert left == [6, 1, 0]


def test_a_request_knows_its_key_for_as_long_as_it_is_there(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    body: Any = request_body(client, case.practice.clinic_id)
    first = send(case, "/api/v1/requests", body).json()
    case.sent = first
    bring(case, "cancelled")
    clock.now += timedelta(days=5)

    again = send(case, "/api/v1/requests", body)
    other = send(case, "/api/v1/requests", body | {"note": "other"})

    assert (again.status_code, again.json()) == (201, first | {"state": "cancelled"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
