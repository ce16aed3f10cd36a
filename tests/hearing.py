"""What tests hear of a clinic's events: a log to tell of, pages put together, a stream's blocks."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from starlette.testclient import TestClient

from referral.feed.listening import Listeners
from referral.record.service import Entry, append
from world import Json, Practice, house

EVENTS, STREAM = "/api/v1/events", "/api/v1/events/stream"
RETRY = {"retry": "2000"}


def listeners_of(client: TestClient) -> Listeners:
    """Return who listens to the application under test."""
    return cast("Listeners", cast("FastAPI", client.app).state.listeners)


def happen(client: TestClient, clinic_id: UUID, times: int = 1) -> None:
    """Append events of a clinic to the log, in one commit."""
    parts = house(client)
    with parts.database.unit_of_work() as session:
        for _ in range(times):
            entry = Entry(clinic_id, uuid4(), "appointment.booked", "system", {"from": "offered"})
            append(session, entry, vault=parts.vault, now=parts.now())


def paged(caller: Any, practice: Practice, **query: int) -> list[Json]:  # noqa: ANN401 - either client
    """Return the events of one page."""
    answer = caller.get(EVENTS, params=query, headers=practice.bearer)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


@contextmanager
def listening(
    live: httpx.Client, practice: Practice, *, last: int | None = None, **query: int
) -> Iterator[Iterator[Mapping[str, str]]]:
    """Open a stream, which resumes after `last`, and yield its blocks as they come."""
    headers = practice.bearer | ({} if last is None else {"Last-Event-ID": str(last)})
    with live.stream("GET", STREAM, params=query, headers=headers) as answer:
        assert (answer.status_code, answer.headers["content-type"]) == (
            200,
            "text/event-stream; charset=utf-8",
        )
        yield _blocks(answer.iter_bytes())


def blocks(received: bytes) -> list[Mapping[str, str]]:
    """Return the blocks that have arrived whole, each by the names of its fields."""
    return list(_blocks(iter([received])))


def events(heard: Iterator[Mapping[str, str]], count: int) -> list[Json]:
    """Wait for `count` events and return their data."""
    return [told(block) for block in islice((one for one in heard if "data" in one), count)]


def told(block: Mapping[str, str]) -> Json:
    """Return the data of an event, which its id and its type must fit."""
    data: Json = json.loads(block["data"])
    assert (block["id"], block["event"]) == (str(data["number"]), data["type"])
    return data


def _blocks(chunks: Iterator[bytes]) -> Iterator[Mapping[str, str]]:
    waiting = b""
    for chunk in chunks:
        *whole, waiting = (waiting + chunk).split(b"\n\n")
        yield from (_fields(block.decode()) for block in whole)


def _fields(block: str) -> Mapping[str, str]:
    pairs = (line.partition(": ") for line in block.splitlines())
    return {name: value for name, _, value in pairs}
