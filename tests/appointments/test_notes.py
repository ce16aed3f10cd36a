"""Notes of staff for each other: who reads and writes them, and whom they never reach."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from sqlalchemy import event
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from conftest import Clock
from post_office import PostOffice
from reading import apart_from_looks
from referral.staff.scopes import Scope
from situations import Case, begin, bring
from stories import Story
from world import Json, Practice, add_key, count, house, open_practice

TEXT = "Zq7typed: called twice, the sister answered"


def path(case: Case) -> str:
    """Return where a request's notes are."""
    return f"/api/v1/requests/{case.id}/notes"


def write(case: Case, text: Any = TEXT, *, by: Practice | None = None) -> Response:  # noqa: ANN401 - any JSON
    """Send a note as the clinic's staff, or as `by`."""
    headers = (by or case.practice).bearer
    answer: Response = case.client.post(path(case), json={"text": text}, headers=headers)
    return answer


def read(case: Case, query: str = "") -> Json:
    """Return a page of notes as the clinic sees it."""
    answer = case.client.get(f"{path(case)}{query}", headers=case.practice.bearer)
    assert answer.status_code == 200, answer.text
    page: Json = answer.json()
    return page


def test_a_note_says_who_wrote_it_and_when(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    version = case.detail()["version"]

    answer = write(case, f"  {TEXT}\r\nas in Windows\r\n")

    assert answer.status_code == 201
    note = answer.json()
    author = {"key_id": str(case.practice.key_id), "label": "test"}
    kept = {"text": f"{TEXT}\nas in Windows", "author": author, "at": "2026-12-01T15:00:00Z"}
    assert note == {"id": note["id"], **kept}
    assert read(case) == {"items": [note], "next": None}
    assert case.detail()["version"] == version


def test_a_note_is_told_of_by_ids_only(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    note = write(case).json()

    events = client.get("/api/v1/events", headers=case.practice.bearer)

    event = events.json()["items"][-1]
    assert (event["type"], event["request_id"]) == ("request.noted", str(case.id))
    assert event["data"] == {"note_id": note["id"]}
    assert event["actor"] == f"staff:{case.practice.key_id}"
    assert TEXT not in events.text


def test_the_person_never_learns_of_a_note(
    client: TestClient, clock: Clock, office: PostOffice
) -> None:
    story = Story(client, clock, office)
    case, token = story.case, story.case.sent["follow_token"]
    pages = (f"/follow/{token}", f"/api/v1/follow/{token}", f"/follow/{token}/cancel")
    before = [apart_from_looks(client.get(page).text) for page in pages]

    assert write(case).status_code == 201

    assert [apart_from_looks(client.get(page).text) for page in pages] == before
    assert TEXT not in client.get(pages[0]).text
    assert [look["kind"] for look in client.get(pages[1]).json()["looks"]] == ["changed"]
    letters = story.mail()
    assert letters
    assert TEXT not in "".join(letter.as_string() for letter in letters.values())


def test_a_note_is_stored_sealed(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    write(case)

    with house(client).database.engine.connect() as connection:
        rows = [
            value
            for table in SQLModel.metadata.sorted_tables
            for row in connection.execute(table.select())
            for value in row
        ]

    assert "Zq7typed" not in repr(rows)
    assert count(house(client).database, "notes") == 1


def test_a_note_stays_with_the_clinic_when_a_request_goes_on(
    client: TestClient, clock: Clock
) -> None:
    next_clinic = open_practice(client)
    case = begin(client, clock, also_ask=[str(next_clinic.clinic_id)])
    write(case)

    bring(case, "declined")

    (row,) = client.get("/api/v1/requests", headers=next_clinic.bearer).json()["items"]
    notes = f"/api/v1/requests/{row['id']}/notes"
    assert client.get(notes, headers=next_clinic.bearer).json() == {"items": [], "next": None}
    assert len(read(case)["items"]) == 1


def test_erasing_a_request_erases_its_notes(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    note = write(case).json()

    bring(case, "entered_in_error, erased")

    assert case.detail()["person"] is None
    assert read(case)["items"] == [note | {"text": None}]
    answer = write(case)
    assert (answer.status_code, answer.json()["code"]) == (409, "erased")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_notes_that_are_erased_while_they_are_read_have_no_text(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    write(case)
    link, erased = f"/api/v1/follow/{case.sent['follow_token']}", list[int]()

    def erase(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM notes" in statement and not erased:
            erased.append(client.delete(link).status_code)

    engine = house(client).database.engine
    event.listen(engine, "before_cursor_execute", erase)
    try:
        notes = read(case)["items"]
    finally:
        event.remove(engine, "before_cursor_execute", erase)

    assert (erased, [note["text"] for note in notes]) == ([204], [None])


def test_pages_repeat_nothing_while_notes_come_in(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    there = []
    for number in range(5):
        clock.now += timedelta(seconds=number % 2)
        there.append(write(case, f"note {number}").json()["id"])

    walked: list[Json] = []
    url: str | None = f"{path(case)}?limit=2"
    while url:
        answer = client.get(url, headers=case.practice.bearer)
        walked += answer.json()["items"]
        url = answer.links["next"]["url"] if answer.json()["next"] else None
        clock.now += timedelta(seconds=1)
        write(case, "meanwhile")

    assert {note["id"] for note in walked} == set(there)
    assert len(walked) == len(there)
    assert [note["at"] for note in walked] == sorted((n["at"] for n in walked), reverse=True)


@pytest.mark.parametrize(
    "text", ["", "  ", "x" * 2001, "bell\x07", None, 7, ["x"]], ids=lambda value: repr(value)[:9]
)
def test_a_text_that_cannot_be_kept_is_refused(
    client: TestClient, clock: Clock, text: object
) -> None:
    case = begin(client, clock)

    answer = write(case, text)

    assert answer.status_code == 422
    assert [at["pointer"] for at in answer.json()["errors"]] == ["/text"]
    assert read(case)["items"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=x", f"cursor={UUID(int=3)}"])
def test_a_page_that_makes_no_sense_is_refused(
    client: TestClient, clock: Clock, query: str
) -> None:
    case = begin(client, clock)

    answer = client.get(f"{path(case)}?{query}", headers=case.practice.bearer)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/query/")


def test_a_note_of_another_request_is_no_cursor(client: TestClient, clock: Clock) -> None:
    case, other = begin(client, clock), begin(client, clock)
    foreign = write(other).json()["id"]

    answer = client.get(f"{path(case)}?cursor={foreign}", headers=case.practice.bearer)

    assert (answer.status_code, answer.json()["code"]) == (422, "cursor-unknown")


def test_only_a_key_of_the_clinic_that_may_write_writes(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    row, key = add_key(client, case.practice.clinic_id, Scope.READ)
    reader = Practice(case.practice.clinic_id, case.practice.chiropractor_id, row.id, key)
    stranger = open_practice(client)

    statuses = [write(case, by=who).status_code for who in (reader, stranger)]

    assert statuses == [403, 404]
    assert client.get(path(case), headers=reader.bearer).json()["items"] == []
    assert client.get(path(case), headers=stranger.bearer).status_code == 404
    nothing = f"/api/v1/requests/{uuid4()}/notes"
    assert client.get(nothing, headers=case.practice.bearer).status_code == 404
