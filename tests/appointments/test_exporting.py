"""The export: the list's rows as a table or as lines of JSON, however many and however slow."""

import asyncio
import csv
import io
import json
import socket
from collections.abc import Iterator, Mapping
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
from referral.appointments import exporting
from referral.appointments.endings import erase
from referral.appointments.models import Appointment
from referral.appointments.representations import Contact, RequestRow
from referral.db import table_of
from referral.staff.models import Scope, StaffKey
from referral.symptoms.models import AssessmentRow
from situations import begin, bring
from world import PERSON, WINDOW, Json, Practice, add_key, house, open_practice, send_request

EXPORT = "/api/v1/requests/export"
LIST = "/api/v1/requests"


def exported(client: TestClient, headers: Mapping[str, str], **query: str) -> list[Json]:
    """Return the rows of an export as lines of JSON."""
    answer = client.get(EXPORT, params={"format": "ndjson", **query}, headers=dict(headers))
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def table(client: TestClient, headers: Mapping[str, str], **query: str) -> list[list[str]]:
    """Return the cells of an export as a table."""
    answer = client.get(EXPORT, params=query, headers=dict(headers))
    assert answer.status_code == 200, answer.text
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def admin(client: TestClient, practice: Practice) -> dict[str, str]:
    """Return the header of a key that may do everything."""
    return {"Authorization": f"Bearer {add_key(client, practice.clinic_id, Scope.ADMIN)[1]}"}


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


@pytest.mark.parametrize("query", [{}, {"state": "declined"}, {"needs": "answer"}])
def test_its_lines_are_the_rows_of_the_list(
    client: TestClient, clock: Clock, query: dict[str, str]
) -> None:
    case = begin(client, clock)
    bring(case, "declined")
    for _ in range(3):
        send_request(client, case.practice.clinic_id)
    open_practice(client)

    rows = exported(client, case.practice.bearer, **query)

    listed = client.get(LIST, params=query, headers=case.practice.bearer).json()["items"]
    assert rows == listed != []


def test_the_table_says_the_same_under_the_same_names(client: TestClient) -> None:
    practice = open_practice(client)
    windows = [WINDOW, {"date": "2026-12-04", "part": "evening"}]
    send_request(client, practice.clinic_id, preferred_windows=windows)

    answer = client.get(EXPORT, headers=practice.bearer)
    head, cells = table(client, practice.bearer)

    (row,) = exported(client, practice.bearer)
    shown = dict(zip(head, cells, strict=True))
    assert head == list(RequestRow.model_fields)
    assert answer.content.startswith(b"\xef\xbb\xbfid,")
    assert answer.content.endswith(b"\r\n")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="requests.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert shown["preferred_windows"] == "2026-12-03 morning; 2026-12-04 evening"
    assert shown["available_actions"] == "; ".join(row["available_actions"])
    assert (shown["overdue"], shown["starts_at"]) == ("false", "")
    assert shown["created_at"] == row["created_at"] == "2026-12-01T15:00:00Z"


def test_a_clinic_without_requests_gets_a_header_or_nothing(client: TestClient) -> None:
    practice = open_practice(client)

    assert table(client, practice.bearer) == [list(RequestRow.model_fields)]
    assert exported(client, practice.bearer) == []


def test_people_are_part_of_it_only_for_an_admin_who_asks(client: TestClient) -> None:
    practice = open_practice(client)
    send_request(client, practice.clinic_id)
    headers = admin(client, practice)

    refused = client.get(EXPORT, params={"include": "person"}, headers=practice.bearer)
    (row,) = exported(client, headers, include="person")
    head, cells = table(client, headers, include="person")

    assert (refused.status_code, refused.json()["scope"]) == (403, "admin")
    assert PERSON["name"] not in client.get(EXPORT, headers=headers).text
    assert row["person"].keys() == Contact.model_fields.keys()
    assert row["person"]["name"] == PERSON["name"]
    shown = dict(zip(head, cells, strict=True))
    assert (shown["name"], shown["phone"]) == (PERSON["name"], "'+12125550142")
    assert "doorbell" not in json.dumps(row) + str(cells)


def test_who_was_erased_is_left_out(client: TestClient) -> None:
    practice = open_practice(client)
    sent = send_request(client, practice.clinic_id)
    with house(client).database.unit_of_work() as session:
        erase(session.get_one(Appointment, UUID(sent["id"])))
    headers = admin(client, practice)

    (row,) = exported(client, headers, include="person")
    _, cells = table(client, headers, include="person")

    assert row["person"] is None
    assert cells[-len(Contact.model_fields) :] == [""] * len(Contact.model_fields)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ('=HYPERLINK("http://evil.example","x")', '\'=HYPERLINK("http://evil.example","x")'),
        ("+1", "'+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\uff1d1", "'\uff1d1"),
        ('Zoë "Z", of 1=1', 'Zoë "Z", of 1=1'),
    ],
)
def test_no_cell_is_a_formula_and_every_cell_comes_back_whole(
    client: TestClient, name: str, cell: str
) -> None:
    practice = open_practice(client)
    send_request(client, practice.clinic_id, name=name)

    head, cells = table(client, admin(client, practice), include="person")

    assert cells[head.index("name")] == cell


@pytest.mark.parametrize("start", ["\t=1", "\r=1", "\n=1"])
def test_white_space_hides_no_formula(start: str) -> None:
    assert exporting._safe(start) == f"'{start}"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("format=xlsx", "/query/format"),
        ("include=note", "/query/include"),
        ("limit=5", "/query"),
        ("created_from=yesterday", "/query/created_from"),
    ],
)
def test_what_it_does_not_know_is_refused_before_it_begins(
    client: TestClient, query: str, pointer: str
) -> None:
    answer = client.get(f"{EXPORT}?{query}", headers=open_practice(client).bearer)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert client.get(EXPORT).status_code == 401


def test_thousands_are_read_page_by_page_each_once_and_in_order(client: TestClient) -> None:
    practice = open_practice(client)
    crowd(client, practice.clinic_id, 2499)

    with pages_read(client) as made:
        rows = exported(client, practice.bearer)

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
        "headers": [(b"authorization", practice.bearer["Authorization"].encode())],
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
