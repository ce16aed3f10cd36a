"""A server that is told to stop answers all calls in hand, ends streams, and is done."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
import psycopg
from sqlalchemy import make_url
from starlette.testclient import TestClient

from chaos import PATIENCE, wait_until
from faults.load import next_monday
from faults.programs import running, server
from hearing import RETRY, listening
from referral.settings import Settings
from world import Practice, count, house, request_body

IN_HAND = 4
# The stop lets a call take 20 seconds; these end at once when they may.
SOON = 10.0


@contextmanager
def nobody_writes(url: str) -> Iterator[None]:
    """Hold what every writer needs."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(str(make_url(url).database))) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.rollback()
        return
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE appointments IN SHARE MODE")
        yield


def test_calls_in_hand_are_answered_and_streams_end(
    client: TestClient, settings: Settings, *, practice: Practice, tmp_path: Path
) -> None:
    windows = [{"date": next_monday(), "part": "morning"}]
    bodies = [
        request_body(client, practice.clinic_id, preferred_windows=windows) for _ in range(IN_HAND)
    ]
    # On one machine the worker is a thread of the server, and stops with it.
    is_alone = settings.database_url.startswith("sqlite")
    program, origin = server(settings, tmp_path, *([] if is_alone else ["--no-worker"]))
    transport = httpx.HTTPTransport(retries=10)
    with (
        running(program),
        httpx.Client(base_url=origin, transport=transport, timeout=PATIENCE) as caller,
        ThreadPoolExecutor(IN_HAND) as pool,
        ExitStack() as stack,
    ):
        assert caller.get("/healthz").is_success
        before = program.threads
        with nobody_writes(settings.database_url):
            sent = [pool.submit(caller.post, "/api/v1/requests", json=body) for body in bodies]
            wait_until(lambda: program.threads >= before + IN_HAND)
            heard = stack.enter_context(listening(caller, practice))
            assert next(heard) == RETRY
            program.ask_to_stop()
            wait_until(lambda: "Shutting down" in program.said)
        assert [one.result().status_code for one in sent] == [201] * IN_HAND
        assert list(heard) == []
        assert program.exit_code(SOON) == 0

    assert count(house(client).database, "appointments") == IN_HAND
