"""Writers in several processes and readers of both forms at once: one order, nothing left out."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest
from starlette.testclient import TestClient

from conftest import Clock
from crowd import Call, rush
from hearing import events, listening, paged
from referral.settings import Settings
from world import Json, Practice, open_practice, request_body

EACH = 20


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A key that may ask as often as it likes."""
    return settings.model_copy(update={"key_calls_per_minute": 1_000_000})


@pytest.fixture
def practices(client: TestClient) -> tuple[Practice, Practice]:
    return open_practice(client), open_practice(client)


def test_both_forms_tell_the_same_while_processes_write(
    client: TestClient,
    live: httpx.Client,
    clock: Clock,
    *,
    settings: Settings,
    practices: tuple[Practice, Practice],
) -> None:
    asked = [practice.clinic_id for practice in practices] * EACH
    calls = [Call("/api/v1/requests", request_body(client, clinic_id)) for clinic_id in asked]

    begun = Event()
    with ThreadPoolExecutor(4) as pool:
        heard = [pool.submit(hear, live, practice) for practice in practices]
        read = [pool.submit(read_on, live, practice, begun) for practice in practices]
        answers = rush(settings, calls, processes=3, now=clock.now, begun=begun.set)

    assert [status for status, _ in answers] == [201] * len(calls)
    for place in range(2):
        told = heard[place].result()
        assert [one["number"] for one in told] == list(range(1, EACH + 1))
        assert {one["request_id"] for one in told} == {sent["id"] for _, sent in answers[place::2]}
        assert read[place].result() == told == paged(client, practices[place])


def hear(live: httpx.Client, practice: Practice) -> list[Json]:
    """Listen until all has been heard."""
    with listening(live, practice) as heard:
        return events(heard, EACH)


def read_on(live: httpx.Client, practice: Practice, begun: Event) -> list[Json]:
    """Read page after page from the first call on, until all has been read."""
    assert begun.wait(60)
    seen: list[Json] = []
    while len(seen) < EACH:
        seen += paged(live, practice, after=len(seen), limit=7)
    return seen
