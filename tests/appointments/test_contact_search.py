"""Requests found by an e-mail address or a phone number, which are stored sealed and hashed."""

from uuid import UUID

import pytest
from httpx2 import Response
from sqlalchemy import text, update
from starlette.testclient import TestClient

from conftest import Clock
from log_lines import written
from referral.appointments.desk.indexing import APPOINTMENTS, OlderRequests
from referral.staff.scopes import Scope
from referral.vault import Vault
from situations import BY_PHONE, NO, begin, bring
from stories import worker_of
from world import PERSON, Json, Practice, add_key, house, open_practice, send_request

SEARCH = "/api/v1/requests/search"
EMAIL, PHONE = str(PERSON["email"]), str(PERSON["phone"])
NEITHER = {"email_index": None, "phone_index": None}


def search(client: TestClient, practice: Practice, **body: object) -> Response:
    answer: Response = client.post(SEARCH, json=body, headers=practice.bearer)
    return answer


def found(client: TestClient, practice: Practice, **body: object) -> set[str]:
    answer = search(client, practice, **body)
    assert answer.status_code == 200, answer.text
    return {row["id"] for row in answer.json()["items"]}


def forget_indexes(client: TestClient) -> None:
    """Leave the requests as they were before there were indexes."""
    with house(client).database.unit_of_work() as session:
        session.execute(update(APPOINTMENTS).values(NEITHER))


def stored(client: TestClient) -> list[tuple[bytes | None, bytes | None]]:
    with house(client).database.reading() as session:
        rows = session.execute(text("SELECT email_index, phone_index FROM appointments")).all()
    return [(row.email_index, row.phone_index) for row in rows]


@pytest.mark.parametrize(
    "contact",
    [EMAIL, EMAIL.upper(), f" {EMAIL} ", PHONE, "+1 (212) 555-0142", "2125550142"],
)
def test_a_contact_is_found_however_it_is_written(client: TestClient, contact: str) -> None:
    practice, other = open_practice(client), open_practice(client)
    mine = send_request(client, practice.clinic_id)["id"]
    send_request(client, practice.clinic_id, email="other@example.com", phone="212 555 0199")
    theirs = send_request(client, other.clinic_id)["id"]

    assert found(client, practice, contact=contact) == {mine}
    assert found(client, other, contact=contact) == {theirs}


def test_each_row_is_found_by_what_was_given_and_rows_of_two_clinics_share_no_hash(
    client: TestClient,
) -> None:
    practice, other = open_practice(client), open_practice(client)
    by_phone = send_request(client, practice.clinic_id, **BY_PHONE)["id"]
    by_mail = send_request(client, practice.clinic_id, phone=None)["id"]
    send_request(client, other.clinic_id)

    assert found(client, practice, contact=EMAIL) == {by_mail}
    assert found(client, practice, contact=PHONE) == {by_phone}
    hashes = [value for pair in stored(client) for value in pair if value is not None]
    assert len(hashes) == len(set(hashes)) == 4


def test_a_search_has_filters_order_members_and_pages_as_the_list_has(client: TestClient) -> None:
    practice = open_practice(client)
    ids = [send_request(client, practice.clinic_id)["id"] for _ in range(5)]
    asked: Json = {"contact": EMAIL, "sort": "created_at", "fields": ["state"], "limit": 2}

    walked, cursor = list[Json](), None
    while not walked or cursor:
        page = search(client, practice, **asked, cursor=cursor).json()
        walked += page["items"]
        cursor = page["next"]

    assert walked == [{"id": one, "state": "requested"} for one in sorted(ids)]
    assert found(client, practice, contact=EMAIL, state=["booked"]) == set()
    assert found(client, practice, contact=EMAIL, overdue=True) == set()
    assert found(client, practice, needs="answer") == set(ids)
    whole = search(client, practice, limit=200).json()
    assert whole == client.get("/api/v1/requests", headers=practice.bearer).json()


@pytest.mark.parametrize(
    "contact", ["Zq7typed", "Zq7typed@", "a@Zq7typed.com, b@example.com", "555 0142", "", 5]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_no_contact_is_refused_and_never_repeated(
    client: TestClient, contact: object
) -> None:
    answer = search(client, open_practice(client), contact=contact)

    (problem,) = answer.json()["errors"]
    assert (answer.status_code, problem["pointer"]) == (422, "/contact")
    assert "Zq7typed" not in answer.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_contact_has_no_place_in_an_address(client: TestClient) -> None:
    answer = client.get(f"/api/v1/requests?contact={EMAIL}", headers=open_practice(client).bearer)

    assert answer.status_code == 422
    assert EMAIL not in answer.text


def test_a_search_needs_a_key_to_read_and_changes_nothing(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    row, key = add_key(client, case.practice.clinic_id, Scope.READ)
    reader = Practice(case.practice.clinic_id, case.practice.chiropractor_id, row.id, key)
    before = case.trace()

    (item,) = search(client, reader, contact=EMAIL).json()["items"]

    assert (item["id"], item["available_actions"]) == (case.sent["id"], [])
    assert case.trace() == before
    assert client.post(SEARCH, json={"contact": EMAIL}).status_code == 401


def test_a_request_sent_on_is_found_where_it_went(client: TestClient, clock: Clock) -> None:
    case, following = begin(client, clock), open_practice(client)
    case.staff("decline", **NO)
    case.patient("send_on", clinic_id=str(following.clinic_id))

    for contact in (EMAIL, PHONE):
        assert found(client, following, contact=contact) == {str(case.row().sent_on_to)}


def test_what_is_erased_is_found_no_more(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    assert found(client, case.practice, contact=EMAIL) == {case.sent["id"]}

    bring(case, "entered_in_error, erased")

    assert case.row().wrapped_key is None
    assert found(client, case.practice, contact=EMAIL) == set()
    assert stored(client) == [(None, None)]


def test_the_worker_fills_the_indexes_of_older_requests(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    before = stored(client)
    forget_indexes(client)
    assert found(client, case.practice, contact=EMAIL) == set()

    assert worker_of(client, None).round()

    assert stored(client) == before != [(None, None)]
    assert found(client, case.practice, contact=EMAIL) == {case.sent["id"]}


def test_older_requests_are_walked_through_once_and_a_sealed_one_is_passed_over(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    practice = open_practice(client)
    ids = sorted(send_request(client, practice.clinic_id)["id"] for _ in range(5))
    forget_indexes(client)
    with house(client).database.unit_of_work() as session:
        sealed = APPOINTMENTS.c.id == UUID(ids[2])
        session.execute(update(APPOINTMENTS).where(sealed).values(wrapped_key=b"gone:" + b"x" * 60))
    older = OlderRequests(house(client).database, house(client).vault, few=2)

    assert [older.index_some() for _ in range(5)] == [2, 1, 1, 0, 0]
    assert found(client, practice, contact=PHONE) == {*ids[:2], *ids[3:]}
    (line,) = [line for line in written(caplog.records) if line["level"] == "warning"]
    assert line["request"] == ids[2]


def test_hashes_of_other_keys_and_other_kinds_differ() -> None:
    old, new = {"k1": b"1" * 32}, {"k2": b"2" * 32}
    index = Vault(old).blind_index("email", b"same")

    assert Vault(new | old).blind_index("email", b"same") != index
    assert Vault(old).blind_index("phone", b"same") != index
    assert index in Vault(new | old).blind_indexes("email", b"same")
    assert index not in Vault(new).blind_indexes("email", b"same")
