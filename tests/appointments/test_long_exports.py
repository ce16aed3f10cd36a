"""Exports of many requests: page by page, for slow clients, and cut so that one can see it."""

import asyncio
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event
from starlette.testclient import TestClient
from starlette.types import Message

from conftest import Clock
from live import serving
from referral.appointments.desk import exporting
from referral.appointments.models import Appointment
from referral.db import table_of
from referral.staff.models import StaffKey
from referral.symptoms.models import AssessmentRow
from world import Json, house, open_practice, send_request

EXPORT = "/api/v1/requests/export"


def crowd(client: TestClient, clinic_id: UUID, count: int) -> None:
    """Store many requests that are like one that was sent, some of them from the same moment."""
    send_request(client, clinic_id)
    requests, assessments = table_of(Appointment), table_of(AssessmentRow)
    with house(client).database.unit_of_work() as session:
        (seen,) = session.execute(assessments.select()).mappings()
        (row,) = session.execute(requests.select()).mappings()
        session.execute(
            assessments.insert(), [{**seen, "id": UUID(int=number)} for number in range(count)]
        )
        session.execute(requests.insert(), [_copy(dict(row), number) for number in range(count)])


def _copy(row: Json, number: int) -> Json:
    return row | {
        "id": uuid4(),
        "assessment_id": UUID(int=number),
        "reference": f"{number:09}",
        "token_hash": number.to_bytes(8),
        "created_at": row["created_at"] - timedelta(minutes=number // 3),
        "wrapped_key": None,
    }


@contextmanager
def pages_read(client: TestClient) -> Iterator[list[str]]:
    """Yield the statements that read requests, as they are made."""
    made: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM appointments" in statement:
            made.append(statement)

    engine = house(client).database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield made
    event.remove(engine, "before_cursor_execute", note)


def test_thousands_are_read_page_by_page_each_once_and_in_order(client: TestClient) -> None:
    practice = open_practice(client)
    crowd(client, practice.clinic_id, 2499)

    with pages_read(client) as made:
        answer = client.get(EXPORT, params={"format": "ndjson"}, headers=practice.bearer)

    rows = map(json.loads, answer.text.splitlines())
    places = [(row["created_at"], row["id"]) for row in rows]
    assert len(set(places)) == 2500
    assert places == sorted(places, reverse=True)
    assert len(made) == 3
    assert all("LIMIT" in statement for statement in made)


class Reader:
    """A client that takes the first piece of an answer and then nothing, until it goes away."""

    def __init__(self, client: TestClient) -> None:
        self.pool = house(client).database.engine.pool
        self.in_use: list[str] = []
        self.has_piece = asyncio.Event()

    async def receive(self) -> Message:
        await self.has_piece.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            self.in_use.append(self.pool.status())
            self.has_piece.set()
            await asyncio.Event().wait()


def test_a_slow_client_holds_no_connection_and_one_that_goes_away_ends_the_work(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 10)
    practice = open_practice(client)
    crowd(client, practice.clinic_id, 50)
    reader = Reader(client)
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "path": EXPORT,
        "query_string": b"",
        "headers": [
            (b"host", client.base_url.netloc),
            (b"authorization", practice.bearer["Authorization"].encode()),
        ],
    }

    with pages_read(client) as made, ThreadPoolExecutor(1) as thread:
        call = cast("FastAPI", client.app)(scope, reader.receive, reader.send)
        thread.submit(asyncio.run, call).result(timeout=60)

    assert len(made) == 1
    assert len(reader.in_use) == 1
    assert reader.in_use[0].endswith("Current Checked out connections: 0")


def test_a_key_that_ends_in_the_middle_cuts_the_file_so_that_nobody_takes_it_for_whole(
    client: TestClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 10)
    practice = open_practice(client)
    crowd(client, practice.clinic_id, 50)
    ends = clock.now + timedelta(minutes=1)
    with house(client).database.unit_of_work() as session:
        session.get_one(StaffKey, practice.key_id).expires_at = ends
    pages: list[bytes] = []

    def time_passes(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        pages.append(b"")
        if "FROM appointments" in statement and len(pages) > 3:
            clock.now = ends

    event.listen(house(client).database.engine, "before_cursor_execute", time_passes)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}{EXPORT}"
        with (
            serving(client.app, listener),
            httpx.stream("GET", url, headers=practice.bearer) as got,
        ):
            assert got.status_code == 200
            with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
                pages.extend(got.iter_bytes())

    assert b"".join(pages).count(b"\r\n") == 1 + 20
