"""Many listeners cost one reading, and nobody waits for what cannot come."""

import asyncio
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient
from starlette.types import Message

from hearing import RETRY, blocks, happen, listeners_of
from looping import run
from referral.db import Database
from referral.feed.listening import THREADS, Listener, Listeners
from referral.feed.stream import EventStream
from world import Practice, open_practice


@pytest.fixture
def practice(client: TestClient) -> Practice:
    return open_practice(client)


@pytest.fixture
def listeners(client: TestClient) -> Iterator[Listeners]:
    listeners = listeners_of(client)
    listeners.pause = 0.01
    yield listeners
    # Both threads of the feed meet here, so what they were reading is read.
    meeting = threading.Barrier(2, timeout=30)
    list(THREADS.map(lambda _: meeting.wait(), range(2)))
    assert listeners.database.engine.pool.status().endswith("Current Checked out connections: 0")


def listener_of(practice: Practice, last: int = 0) -> Listener:
    return Listener(practice.key_id, practice.clinic_id, last)


def test_all_at_the_same_place_share_one_reading(
    client: TestClient, practice: Practice, listeners: Listeners
) -> None:
    happen(client, practice.clinic_id, 3)
    asked: list[str] = []
    event.listen(
        listeners.database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: asked.append(statement),
    )

    async def read() -> list[list[int]]:
        here = [listener_of(practice, last=3) for _ in range(500)]
        pages = await asyncio.gather(*(listeners.events(one, after=1) for one in here))
        return [[told.number for told in page] for page in pages]

    assert run(read()) == [[2, 3]] * 500
    assert len(asked) == 1


def test_a_reading_from_before_the_news_is_not_taken_for_it(
    client: TestClient, practice: Practice, listeners: Listeners
) -> None:
    happen(client, practice.clinic_id)
    has_read = threading.Event()
    engine = listeners.database.engine
    event.listen(engine, "after_cursor_execute", lambda *_: has_read.set())

    async def read() -> list[int]:
        has_read.clear()
        early = asyncio.create_task(listeners.events(listener_of(practice, last=1), after=0))
        # One step starts the call, one its reading; the loop then stands still until it has read.
        for _ in range(2):
            await asyncio.sleep(0)
        assert has_read.wait(30)
        happen(client, practice.clinic_id)
        late = await listeners.events(listener_of(practice, last=2), after=0)
        await early
        return [told.number for told in late]

    assert run(read()) == [1, 2]


def test_while_nobody_listens_nothing_runs(practice: Practice, listeners: Listeners) -> None:
    async def listen() -> None:
        for _ in range(2):
            with listeners.present(listener_of(practice)):
                watch = listeners._watch
                assert watch is not None
                assert not watch.done()
            await watch

    run(listen())


def test_a_listener_whose_key_is_not_known_is_over(
    practice: Practice, listeners: Listeners
) -> None:
    async def listen() -> bool:
        stranger = Listener(uuid4(), practice.clinic_id)
        with listeners.present(stranger):
            assert await stranger.wait(30)
        return stranger.over

    assert run(listen())


def test_if_the_watch_fails_nobody_waits_for_it(practice: Practice, listeners: Listeners) -> None:
    async def listen() -> bool:
        listener = listener_of(practice)
        with listeners.present(listener):
            assert listeners._watch is not None
            await asyncio.sleep(0)
            listeners._watch.cancel()
            assert await listener.wait(30)
        return listener.over

    assert run(listen())


def test_a_page_that_cannot_be_read_ends_the_stream(
    practice: Practice, listeners: Listeners
) -> None:
    # Who waits for a connection is not told that it could not be made: one for each thread.
    here, away = listeners.database, Database("sqlite:////nowhere/at/all.db", pool_size=2)
    listeners.database = away

    assert streamed(listeners, listener_of(practice, last=1)) == [RETRY]

    listeners.database = here
    away.engine.dispose()


def test_a_log_without_its_events_is_not_read_over_and_over(
    practice: Practice, listeners: Listeners
) -> None:
    listeners.heartbeat = 0.01
    listener = listener_of(practice, last=7)

    sent = streamed(listeners, listener, end_with={"": "still here"})

    assert sent == [RETRY, {"": "still here"}]


def test_closing_ends_those_who_listen_and_those_who_come_later(
    practice: Practice, listeners: Listeners
) -> None:
    listeners.heartbeat = 3600
    present = listener_of(practice)

    assert streamed(listeners, present, end_with=RETRY) == [RETRY]
    assert streamed(listeners, listener_of(practice)) == [RETRY]


def streamed(
    listeners: Listeners, listener: Listener, *, end_with: dict[str, str] | None = None
) -> list[dict[str, str]]:
    """Return a stream's blocks; after `end_with`, the service is closed."""
    sent: list[dict[str, str]] = []

    async def send(message: Message) -> None:
        new = blocks(message.get("body", b""))
        sent.extend(dict(block) for block in new)
        if end_with in new:
            asyncio.get_running_loop().call_soon(listeners.close)

    async def receive() -> Message:
        await asyncio.Event().wait()
        return {}

    stream = EventStream(listeners, listener, after=0)
    run(stream({"type": "http"}, receive, send))
    return sent
