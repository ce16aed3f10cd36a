"""Who at the clinic looks after a request: given, seen, filtered, and never told to the person."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from sqlalchemy import text
from starlette.testclient import TestClient

from conftest import Clock
from post_office import PostOffice
from reading import apart_from_looks
from referral.staff.scopes import Scope
from referral.staff.service import issue, revoke
from situations import Case, begin, body, bring
from stories import Story
from world import PERSON, Json, Practice, add_key, house, open_practice, send_request

REQUESTS = "/api/v1/requests"


def assign(
    case: Case, key_id: UUID | None, *, by: Practice | None = None, if_match: str | None = "*"
) -> Response:
    """Give the request to a key, as the clinic's staff or as `by`."""
    headers = (by or case.practice).bearer | ({"If-Match": if_match} if if_match else {})
    given = {"key_id": key_id and str(key_id)}
    answer: Response = case.client.put(
        f"{REQUESTS}/{case.id}/assignee", json=given, headers=headers
    )
    return answer


def lasting(case: Case, span: timedelta) -> UUID:
    """Issue a key of the clinic that ends after `span`, and return its id."""
    now, clinic_id = case.clock.now, case.practice.clinic_id
    with house(case.client).database.unit_of_work() as session:
        end = {"expires_at": now + span, "now": now}
        row, _ = issue(session, clinic_id, label="for a while", scopes=[Scope.WRITE], **end)
    return row.id


def listed(case: Case, query: str) -> list[Json]:
    """Return the rows of the clinic's list."""
    answer = case.client.get(f"{REQUESTS}?{query}", headers=case.practice.bearer)
    assert answer.status_code == 200, answer.text
    rows: list[Json] = answer.json()["items"]
    return rows


def test_a_request_is_given_to_a_colleague_and_to_nobody_again(
    client: TestClient, clock: Clock
) -> None:
    case, colleague = begin(client, clock), None
    assert case.detail()["assignee"] is None
    clock.now += timedelta(minutes=1)

    for version, colleague in ((2, case.admin.key_id), (3, case.practice.key_id), (4, None)):
        answer = assign(case, colleague, if_match=f'"{version - 1}"')

        assert (answer.status_code, answer.headers["etag"]) == (200, f'"{version}"')
        seen = answer.json()
        assert (seen["assignee"], seen["version"]) == (colleague and str(colleague), version)
        assert seen["updated_at"] == "2026-12-01T15:01:00Z"
        assert seen == case.detail()
        assert listed(case, "")[0]["assignee"] == seen["assignee"]


def test_each_change_is_an_event_and_no_change_is_none(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    given = [case.admin.key_id, case.admin.key_id, None, None]

    versions = [assign(case, key_id).json()["version"] for key_id in given]

    events = client.get("/api/v1/events?after=1", headers=case.practice.bearer).json()["items"]
    assert versions == [2, 2, 3, 3]
    assert [(event["type"], event["data"]) for event in events] == [
        ("request.assigned", {"assignee": str(case.admin.key_id)}),
        ("request.assigned", {"assignee": None}),
    ]


def test_the_list_keeps_to_one_colleague_or_to_what_is_nobodys(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "booked")
    other = send_request(client, case.practice.clinic_id)["id"]
    assign(case, case.admin.key_id)

    admin = case.admin.key_id
    expected = {
        f"assignee={admin}": [str(case.id)],
        f"assignee={admin}&state=booked": [str(case.id)],
        f"assignee={admin}&state=requested": [],
        f"assignee={case.practice.key_id}": [],
        "assignee=nobody": [other],
    }
    found = {query: [row["id"] for row in listed(case, query)] for query in expected}
    assert found == expected


def test_a_key_that_is_none_is_told_where_it_stands(client: TestClient, clock: Clock) -> None:
    bearer = begin(client, clock).practice.bearer

    in_query = client.get(f"{REQUESTS}?assignee=me", headers=bearer)
    in_body = client.post(f"{REQUESTS}/search", json={"assignee": "me"}, headers=bearer)

    told = [[one["pointer"] for one in each.json()["errors"]] for each in (in_query, in_body)]
    assert told == [["/query/assignee"], ["/assignee"]]


def test_the_filter_has_an_index(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    database = house(client).database
    explain = "EXPLAIN QUERY PLAN" if database.in_process else "EXPLAIN"
    query = (
        f"{explain} SELECT id FROM appointments WHERE clinic_id = '{case.practice.clinic_id}'"  # noqa: S608 - our own ids
        f" AND assignee = '{case.practice.key_id}' ORDER BY created_at DESC, id DESC LIMIT 51"
    )
    with database.reading() as session:
        if not database.in_process:
            session.execute(text("SET enable_seqscan = off"))
        plan = "\n".join(str(row) for row in session.execute(text(query)))

    assert "ix_appointments_clinic_id_assignee_created_at_id" in plan
    assert "sort" not in plan.casefold()
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("who", ["revoked", "expired", "foreign", "unknown"])
def test_only_a_key_in_use_at_the_clinic_is_given_anything(
    client: TestClient, clock: Clock, who: str
) -> None:
    case = begin(client, clock)
    keys = {
        "revoked": case.admin.key_id,
        "expired": lasting(case, timedelta(hours=1)),
        "foreign": open_practice(client).key_id,
        "unknown": uuid4(),
    }
    with house(client).database.unit_of_work() as session:
        revoke(session, case.admin.key_id, now=clock.now)
    clock.now += timedelta(hours=1)

    answer = assign(case, keys[who])

    assert (answer.status_code, answer.json()["code"]) == (422, "key-unknown")
    assert [at["pointer"] for at in answer.json()["errors"]] == ["/key_id"]
    assert case.detail()["version"] == 1


def test_it_names_the_version_it_means(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    tags = (None, '"2"', "nonsense", '"1"')

    answers = [assign(case, case.admin.key_id, if_match=tag) for tag in tags]

    assert [answer.status_code for answer in answers] == [428, 412, 412, 200]
    assert answers[1].json()["version"] == 1


def test_only_a_key_of_the_clinic_that_may_write_assigns(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    row, key = add_key(client, case.practice.clinic_id, Scope.READ)
    reader = Practice(case.practice.clinic_id, case.practice.chiropractor_id, row.id, key)

    statuses = [assign(case, None, by=who).status_code for who in (reader, open_practice(client))]

    assert statuses == [403, 404]
    # Who may only read can be the one who calls.
    assert assign(case, reader.key_id).status_code == 200


def test_the_person_and_the_next_clinic_learn_nothing_of_it(
    client: TestClient, clock: Clock
) -> None:
    next_clinic = open_practice(client)
    case = begin(client, clock, also_ask=[str(next_clinic.clinic_id)])
    page = f"/follow/{case.sent['follow_token']}"
    before = apart_from_looks(client.get(page).text)

    assign(case, case.practice.key_id)

    assert apart_from_looks(client.get(page).text) == before
    assert [item["kind"] for item in case.seen()["history"]] == ["appointment.requested"]
    bring(case, "declined")
    (row,) = client.get(REQUESTS, headers=next_clinic.bearer).json()["items"]
    assert row["assignee"] is None


def test_a_move_is_undone_after_it_was_given_to_somebody(
    client: TestClient, clock: Clock, office: PostOffice
) -> None:
    story = Story(client, clock, office)
    story.mail()
    case = story.case
    case.staff(**body(case, "decline"))
    assert assign(case, case.admin.key_id).status_code == 200

    assert case.staff("undo").status_code == 200

    # The no had not gone out: it is taken back, and nothing needs to be corrected.
    assert story.mail().get(str(PERSON["email"])) is None
    seen = case.detail()
    assert (seen["state"], seen["assignee"]) == ("requested", str(case.admin.key_id))
