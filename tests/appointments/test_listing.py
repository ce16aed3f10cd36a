"""The staff list: found by reference, in every order, with only the members that are asked for."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments.desk.places import Sort
from referral.appointments.representations import RequestRow
from situations import A_MINUTE, LATER_WINDOWS, OFFERED, begin, bring
from world import Json, Practice, assess, open_practice, send_request

REQUESTS = "/api/v1/requests"


def page(client: TestClient, practice: Practice, query: str) -> Json:
    answer = client.get(f"{REQUESTS}?{query}", headers=practice.bearer)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def walked(client: TestClient, practice: Practice, query: str) -> Iterator[Json]:
    """Yield all rows by following the links from page to page."""
    url: str | None = f"{REQUESTS}?{query}"
    while url:
        answer = client.get(url, headers=practice.bearer)
        assert answer.status_code == 200, answer.text
        yield from answer.json()["items"]
        url = answer.links["next"]["url"] if "next" in answer.links else None


def practice_with_a_week_of_requests(client: TestClient, clock: Clock) -> Practice:
    """Return a clinic whose requests differ in all moments, some of them equal."""
    practice = open_practice(client)
    for number in range(7):
        clock.now += timedelta(hours=12 * (number % 2), microseconds=5)
        sent = send_request(client, practice.clinic_id)
        if number % 3 == 0:
            send_request(client, practice.clinic_id)
            path = f"{REQUESTS}/{sent['id']}/moves"
            clock.now += timedelta(hours=1)
            headers = practice.bearer | {"If-Match": "*"}
            assert client.post(path, json={"action": "receive"}, headers=headers).is_success
    return practice


def test_pages_of_every_order_are_the_rows_in_that_order(client: TestClient, clock: Clock) -> None:
    practice = practice_with_a_week_of_requests(client, clock)
    rows = page(client, practice, "")["items"]

    assert len(rows) == 10
    for sort in Sort:
        in_order = sorted(
            rows, key=lambda row: (row[sort.column], row["id"]), reverse=sort.is_descending
        )
        for more in ("", "&fields=reference"):
            found = walked(client, practice, f"sort={sort}&limit=3{more}")
            assert [row["id"] for row in found] == [row["id"] for row in in_order], sort
    assert rows == sorted(rows, key=lambda row: (row["created_at"], row["id"]), reverse=True)


def test_a_cursor_fits_only_the_order_it_was_given_for(client: TestClient, clock: Clock) -> None:
    practice = practice_with_a_week_of_requests(client, clock)
    cursor = page(client, practice, "sort=updated_at&limit=1")["next"]

    for other in ("", "&sort=-updated_at"):
        answer = client.get(f"{REQUESTS}?cursor={cursor}{other}", headers=practice.bearer)
        (problem,) = answer.json()["errors"]
        assert (answer.status_code, problem["pointer"]) == (422, "/query/cursor")
        assert problem["code"] == "cursor-unknown"
        assert problem["detail"].startswith("Use a cursor as we gave it")
    body = {"cursor": cursor, "sort": "answer_by"}
    answer = client.post(f"{REQUESTS}/search", json=body, headers=practice.bearer)
    assert [problem["pointer"] for problem in answer.json()["errors"]] == ["/cursor"]


def test_a_reference_is_found_however_it_is_typed(client: TestClient) -> None:
    practice, other = open_practice(client), open_practice(client)
    sent, _ = (send_request(client, practice.clinic_id) for _ in range(2))
    elsewhere = send_request(client, other.clinic_id)
    reference = sent["reference"]

    for typed in (reference, reference.lower().replace("-", ""), f" {reference.replace('-', ' ')}"):
        found = page(client, practice, f"reference={typed}")["items"]
        assert [row["id"] for row in found] == [sent["id"]]
    assert page(client, practice, f"reference={reference}&state=booked")["items"] == []
    assert page(client, practice, f"reference={elsewhere['reference']}")["items"] == []


@pytest.mark.parametrize("typed", ["", "K7QF", "K7QF-3M9", "K7QF-3M9PP", "K7QF-3M0P", "KÄQF-3M9P"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_reference_that_is_none_is_refused_in_plain_words(client: TestClient, typed: str) -> None:
    bearer = open_practice(client).bearer
    answer = client.get(REQUESTS, params={"reference": typed}, headers=bearer)

    (problem,) = answer.json()["errors"]
    assert (answer.status_code, problem["pointer"]) == (422, "/query/reference")
    assert problem["detail"].startswith("Write a reference as we gave it")
    assert not typed or f"{typed} " not in answer.text


def test_rows_hold_the_members_that_are_asked_for_and_the_id(client: TestClient) -> None:
    practice = open_practice(client)
    send_request(client, practice.clinic_id)
    ((whole),) = page(client, practice, "")["items"]
    assert whole.keys() == RequestRow.model_fields.keys()

    for names in (
        *([name] for name in RequestRow.model_fields),
        ["state", "version"],
        ["preferred_windows", "overdue", "answer_by"],
    ):
        expected = {name: whole[name] for name in whole if name in {"id", *names}}
        for query in (f"fields={','.join(names)}", "&".join(f"fields={name}" for name in names)):
            assert page(client, practice, query)["items"] == [expected], query


@pytest.mark.parametrize("names", ["person", "id,state,Zq7typed", "", "id,,state", "State"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_unknown_member_is_refused_and_those_there_are_named(
    client: TestClient, names: str
) -> None:
    answer = client.get(f"{REQUESTS}?fields={names}", headers=open_practice(client).bearer)

    problems = answer.json()["errors"]
    assert answer.status_code == 422
    for problem in problems:
        assert problem["pointer"].startswith("/query/fields/")
        assert all(f"'{name}'" in problem["detail"] for name in RequestRow.model_fields)
    assert "Zq7typed" not in answer.text


def test_the_level_is_how_urgent_the_answers_are(client: TestClient) -> None:
    practice = open_practice(client)
    usual = send_request(client, practice.clinic_id)["id"]
    assessment = assess(client, history=["cancer"])
    careful = send_request(
        client, practice.clinic_id, assessment_id=assessment, doctor_cleared=True
    )["id"]

    def listed(query: str) -> set[str]:
        return {row["id"] for row in page(client, practice, query)["items"]}

    assert listed("level=see-doctor-first") == {careful}
    assert listed("level=chiropractor") == {usual}
    assert listed("level=chiropractor&level=see-doctor-first") == {usual, careful}


def test_a_late_word_on_a_wish_for_another_time_is_overdue(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "booked")
    case.patient("ask_move", **LATER_WINDOWS)

    def overdue() -> list[bool]:
        rows = page(client, case.practice, "overdue=true")["items"]
        return [case.detail()["overdue"], *(row["overdue"] for row in rows)]

    assert overdue() == [False]
    clock.now = datetime.fromisoformat(case.detail()["answer_by"]) + A_MINUTE
    assert overdue() == [True, True]
    assert case.staff("offer", times=[{"starts_at": OFFERED[1]}]).is_success
    assert overdue() == [False]
