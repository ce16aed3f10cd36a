"""The feed as a stream: it resumes wherever it was cut, shows life, and ends when it must."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from conftest import Clock
from described import document
from hearing import (
    RETRY,
    STREAM,
    blocks,
    events,
    happen,
    listeners_of,
    listening,
    paged,
    told,
)
from referral.db import Database
from referral.staff.models import StaffKey
from referral.staff.service import revoke
from world import Json, Practice, add_key, house, open_practice, send_request

FEW = settings(max_examples=15, derandomize=True, database=None, deadline=None)


def test_what_has_happened_comes_first_then_what_happens(
    client: TestClient, live: httpx.Client
) -> None:
    practice = open_practice(client)
    send_request(client, practice.clinic_id)

    with listening(live, practice) as heard:
        assert next(heard) == RETRY
        before = events(heard, 1)
        send_request(client, practice.clinic_id)
        happen(client, practice.clinic_id, 2)
        after = events(heard, 3)

    assert [one["number"] for one in before + after] == [1, 2, 3, 4]
    assert before + after == paged(client, practice)


def test_a_stream_goes_through_more_pages_than_one(client: TestClient, live: httpx.Client) -> None:
    practice = open_practice(client)
    happen(client, practice.clinic_id, 250)

    with listening(live, practice, after=10) as heard:
        numbers = [one["number"] for one in events(heard, 240)]

    assert numbers == list(range(11, 251))


def test_another_clinics_events_are_never_heard(client: TestClient, live: httpx.Client) -> None:
    ours, theirs = open_practice(client), open_practice(client)

    with listening(live, ours) as heard, listening(live, theirs) as other:
        happen(client, ours.clinic_id)
        happen(client, theirs.clinic_id, 2)
        happen(client, ours.clinic_id)
        assert events(heard, 2) == paged(client, ours)
        assert events(other, 2) == paged(client, theirs)


def test_one_clinic_does_not_take_the_room_of_all(client: TestClient, live: httpx.Client) -> None:
    ours, theirs = open_practice(client), open_practice(client)
    colleague = replace(ours, key=add_key(client, ours.clinic_id)[1])
    listeners_of(client).most = 2
    happen(client, ours.clinic_id)

    with listening(live, ours) as first, listening(live, colleague) as second:
        assert len(events(first, 1) + events(second, 1)) == 2
        refused = live.get(STREAM, headers=ours.bearer)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
        with listening(live, theirs) as other:
            assert next(other) == RETRY


def test_cut_at_any_byte_it_resumes_to_the_same_sequence(
    client: TestClient, live: httpx.Client
) -> None:
    practice = open_practice(client)
    happen(client, practice.clinic_id, 40)
    whole = paged(client, practice)

    @FEW
    @given(cuts=st.lists(st.integers(1, 3000), max_size=6))
    def listen(cuts: list[int]) -> None:
        seen: list[Json] = []
        for cut in cuts:
            last = seen[-1]["number"] if seen else 0
            if last < 40:
                seen += heard_until(live, practice, last=last, cut=cut)
        with listening(live, practice, last=len(seen)) as heard:
            seen += events(heard, 40 - len(seen))
        assert seen == whole

    listen()


def heard_until(live: httpx.Client, practice: Practice, *, last: int, cut: int) -> list[Json]:
    """Return the events that were whole when the stream was cut after so many bytes."""
    headers = practice.bearer | {"Last-Event-ID": str(last)}
    received = b""
    with live.stream("GET", STREAM, headers=headers) as answer:
        for chunk in answer.iter_bytes():
            received += chunk
            # With one event left, there may be fewer bytes than that.
            if len(received) >= min(cut, 100):
                break
    return [told(block) for block in blocks(received[:cut]) if "data" in block]


def test_the_last_event_counts_more_than_the_address(
    client: TestClient, live: httpx.Client
) -> None:
    practice = open_practice(client)
    happen(client, practice.clinic_id, 5)

    with listening(live, practice, last=3, after=1) as heard:
        assert [one["number"] for one in events(heard, 2)] == [4, 5]


def test_from_beyond_the_last_it_waits_for_what_comes_after(
    client: TestClient, live: httpx.Client
) -> None:
    practice = open_practice(client)
    happen(client, practice.clinic_id, 2)

    with listening(live, practice, after=4) as heard:
        assert next(heard) == RETRY
        happen(client, practice.clinic_id, 4)
        assert [one["number"] for one in events(heard, 2)] == [5, 6]


def test_a_silent_stream_shows_that_it_lives(client: TestClient, live: httpx.Client) -> None:
    practice = open_practice(client)
    listeners_of(client).heartbeat = 0.02

    with listening(live, practice) as heard:
        assert list(islice(heard, 4)) == [RETRY] + [{"": "still here"}] * 3
        happen(client, practice.clinic_id)
        assert [one["number"] for one in events(heard, 1)] == [1]


def test_a_revoked_key_ends_its_stream_and_no_other(
    client: TestClient, live: httpx.Client, clock: Clock
) -> None:
    practice = open_practice(client)
    row, key = add_key(client, practice.clinic_id)
    colleague = replace(practice, key_id=row.id, key=key)

    with listening(live, practice) as heard, listening(live, colleague) as other:
        assert next(heard) == next(other) == RETRY
        with house(client).database.unit_of_work() as session:
            revoke(session, practice.key_id, now=clock.now)
        assert list(heard) == []
        happen(client, practice.clinic_id)
        assert len(events(other, 1)) == 1


def test_a_key_that_expires_ends_its_stream(
    client: TestClient, live: httpx.Client, clock: Clock
) -> None:
    practice = open_practice(client)
    ends = clock.now + timedelta(minutes=1)
    with house(client).database.unit_of_work() as session:
        session.get_one(StaffKey, practice.key_id).expires_at = ends

    with listening(live, practice) as heard:
        assert next(heard) == RETRY
        clock.now = ends
        assert list(heard) == []


def test_more_listeners_than_connections_all_hear(client: TestClient, live: httpx.Client) -> None:
    practice = open_practice(client)
    with ExitStack() as stack:
        heard = [stack.enter_context(listening(live, practice)) for _ in range(30)]
        assert [next(one) for one in heard] == [RETRY] * 30
        happen(client, practice.clinic_id, 3)
        assert [events(one, 3) for one in heard] == [paged(client, practice)] * 30


def test_a_database_that_is_away_for_a_while_costs_no_event(
    client: TestClient, live: httpx.Client
) -> None:
    practice, listeners = open_practice(client), listeners_of(client)
    here, away = listeners.database, Database("sqlite:////nowhere/at/all.db", pool_size=1)

    listeners.heartbeat, listeners.database = 0.02, away

    with listening(live, practice) as heard:
        happen(client, practice.clinic_id, 2)
        assert list(islice(heard, 2)) == [RETRY, {"": "still here"}]
        listeners.database = here
        assert events(heard, 2) == paged(client, practice)
    away.engine.dispose()


def test_the_document_shows_what_a_stream_looks_like() -> None:
    described = document()["paths"]["/api/v1/events/stream"]["get"]

    (media,) = described["responses"]["200"]["content"].items()

    assert media[0] == "text/event-stream"
    retry, event = blocks(media[1]["example"].encode())
    assert (retry, told(event)["number"]) == (RETRY, 42)


@pytest.mark.parametrize("path", ["/api/v1/events", "/api/v1/events/stream"])
def test_programs_of_other_sites_may_resume(client: TestClient, path: str) -> None:
    asks = {
        "Origin": "https://practice.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization, last-event-id",
    }

    assert client.options(path, headers=asks).status_code == 200


def test_a_stream_is_one_call_of_its_key(client: TestClient, live: httpx.Client) -> None:
    practice = open_practice(client)

    with live.stream("GET", STREAM, headers=practice.bearer) as answer:
        next(answer.iter_bytes())
        after = live.get("/api/v1/clinic", headers=practice.bearer)

    said = [one.headers["RateLimit"] for one in (answer, after)]
    assert said == ['"key";r=599;t=60', '"key";r=598;t=60']
