"""The export: the list's rows as a table or as lines of JSON, and who may have what in it."""

import csv
import io
import json
from collections.abc import Mapping
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments.desk import exporting
from referral.appointments.life.erasing import empty
from referral.appointments.models import Appointment
from referral.appointments.representations import Contact, RequestRow
from referral.staff.scopes import Scope
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
        empty(session, session.get_one(Appointment, UUID(sent["id"])))
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
