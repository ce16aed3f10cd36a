"""A clinic's own record: who may read and change it, what is refused where, and what follows."""

from typing import Any
from uuid import UUID

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from referral.clinics.models import Chiropractor
from referral.staff.scopes import Scope
from world import INSIDE_WINDOW, Json, add_key, house, open_practice, send_request

CLINIC = "/api/v1/clinic"
PEOPLE = f"{CLINIC}/chiropractors"
NOBODY = f"{PEOPLE}/{UUID(int=1)}"
CHANGES: Json = {
    "phone": "+12125550177",
    "email": "front-desk@example.com",
    "timezone": "America/Denver",
    "hours": {"mo": [["08:00", "12:00"]], "sa": [["09:00", "13:00"]]},
    "keeps_holidays": False,
    "closed_on": ["2026-12-24", "2026-12-31"],
    "accepting": "waitlist",
    "paused": True,
    "next_free_week": "2026-12-07",
    "languages": ["en", "es"],
    "techniques": ["activator"],
    "accessibility": ["step_free", "low_table"],
    "insurance": ["medicare", "none"],
    "prices": {"first_visit": 95, "follow_up": 60},
}
# What the schema refuses reaches no database.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FIELDS = pytest.mark.parametrize("field", CHANGES)


class Desk:
    """A clinic's staff with the key of their administrator."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.practice = open_practice(client, email="desk@example.com")
        self.headers = bearer(client, self, Scope.ADMIN)

    def read(self) -> Json:
        """Return the clinic's record."""
        answer = self.client.get(CLINIC, headers=self.headers)
        assert answer.status_code == 200, answer.text
        record: Json = answer.json()
        return record

    def change(self, if_match: str | None = "*", **changes: Any) -> Response:  # noqa: ANN401 - any field
        """Change the record."""
        condition = {"If-Match": if_match} if if_match else {}
        answer: Response = self.client.patch(CLINIC, json=changes, headers=self.headers | condition)
        return answer


def bearer(client: TestClient, desk: Desk, scope: Scope) -> dict[str, str]:
    """Return the header of a key that has `scope`."""
    _, key = add_key(client, desk.practice.clinic_id, scope)
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def desk(client: TestClient) -> Desk:
    return Desk(client)


@FIELDS
def test_a_change_of_one_field_leaves_the_others(desk: Desk, field: str) -> None:
    before = desk.read()

    after = desk.change(**{field: CHANGES[field]})

    follows = {"takes_requests": False} if field == "paused" else {}
    assert (after.status_code, after.json()) == (200, before | {field: CHANGES[field]} | follows)
    assert desk.read() == after.json()


def test_the_public_sees_the_change_but_not_the_mail_address(desk: Desk) -> None:
    desk.change(**CHANGES)

    seen = desk.client.get(f"/api/v1/clinics/{desk.practice.clinic_id}").json()

    own = desk.read()
    for name in ("sources", "open_until", "opens_at"):
        del seen[name]
    assert {name: own[name] for name in seen} == seen
    private = {"email", "paused_because", "left_unanswered", "leaving_since", "updated_at"}
    assert own.keys() - seen.keys() == private


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12"),
        ("email", "desk"),
        ("email", None),
        ("timezone", "America"),
        ("timezone", "Factory"),
        ("timezone", "localtime"),
        ("timezone", "EST"),
        ("timezone", "Etc/GMT+5"),
        ("timezone", "../etc/passwd"),
        ("hours", {"mo": [["17:00", "09:00"]]}),
        ("hours", {"xx": []}),
        ("hours", "mo-fr"),
        ("hours", {}),
        ("hours", {"mo": []}),
        ("keeps_holidays", "yes"),
        ("closed_on", ["2026-02-30"]),
        ("closed_on", [1_700_000_000]),
        ("closed_on", [f"2027-{month:02}-{day:02}" for month in (1, 3, 5) for day in range(1, 22)]),
        ("accepting", "maybe"),
        ("paused", "yes"),
        ("paused", None),
        ("next_free_week", "soon"),
        ("languages", ["xx"]),
        ("techniques", ["magic"]),
        ("accessibility", ["ladder"]),
        ("insurance", ["luck"]),
        ("prices", {"first_visit": 9.5}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_in_plain_words(
    desk: Desk, field: str, value: object
) -> None:
    before = desk.read()
    wanted: Json = {"accepting": "no", field: value}

    answer = desk.change(**wanted)

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"]) == (422, f"/{field}")
    assert error["detail"][0].isupper()
    assert "unreadable" not in answer.text
    assert desk.read() == before


@ON_SQLITE
@pytest.mark.parametrize("field", ["name", "address_1", "npi", "standing", "latitude", "nothing"])
def test_what_stays_with_the_register_cannot_be_sent(desk: Desk, field: str) -> None:
    answer = desk.change(**{field: "joined"})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "extra_forbidden")


def test_only_the_version_that_was_read_is_changed(desk: Desk) -> None:
    read = desk.client.get(CLINIC, headers=desk.headers).headers["etag"]

    first = desk.change(read, accepting="no")
    again = desk.change(read, accepting="yes")

    assert (first.status_code, again.status_code) == (200, 412)
    assert first.headers["etag"] == desk.client.get(CLINIC, headers=desk.headers).headers["etag"]
    assert desk.change(first.headers["etag"], accepting="yes").status_code == 200
    assert desk.change(None, accepting="yes").status_code == 428


def test_a_new_chiropractor_makes_a_new_version(desk: Desk) -> None:
    read = desk.client.get(CLINIC, headers=desk.headers).headers["etag"]

    desk.client.post(PEOPLE, json={"name": "Dr. Second"}, headers=desk.headers)

    assert desk.change(read, accepting="no").status_code == 412


@pytest.mark.parametrize("scope", [Scope.READ, Scope.WRITE])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", CLINIC, {}),
        ("POST", PEOPLE, {"name": "Dr. Second"}),
        ("PATCH", NOBODY, {}),
        ("DELETE", NOBODY, None),
    ],
)
def test_only_an_admin_key_changes_the_record(
    desk: Desk, scope: Scope, *, method: str, path: str, body: Json | None
) -> None:
    headers = bearer(desk.client, desk, scope)

    assert desk.client.get(CLINIC, headers=headers).status_code == 200
    assert desk.client.request(method, path, json=body, headers=headers).status_code == 403


def test_a_clinic_names_two_hundred_people_at_most(desk: Desk) -> None:
    with house(desk.client).database.unit_of_work() as session:
        for number in range(198):
            session.add(Chiropractor(clinic_id=desk.practice.clinic_id, name=f"Dr. {number}"))

    added = [
        desk.client.post(PEOPLE, json={"name": "Dr. One More"}, headers=desk.headers)
        for _ in range(2)
    ]

    assert [answer.status_code for answer in added] == [201, 409]
    refused = added[1].json()
    assert (refused["code"], refused["most"]) == ("too-many-chiropractors", 200)


def test_chiropractors_come_change_and_go(desk: Desk) -> None:
    added = desk.client.post(PEOPLE, json={"name": " Dr. Second "}, headers=desk.headers)
    path = f"{PEOPLE}/{added.json()['id']}"
    changed = desk.client.patch(path, json={"credential": "DC"}, headers=desk.headers)

    assert (added.status_code, changed.status_code) == (201, 200)
    assert changed.json() == added.json() | {"name": "Dr. Second", "credential": "DC"}
    assert changed.json() in desk.read()["chiropractors"]
    assert desk.client.delete(path, headers=desk.headers).status_code == 204
    assert changed.json() not in desk.read()["chiropractors"]
    assert desk.client.delete(path, headers=desk.headers).status_code == 404


@pytest.mark.parametrize("body", [{"name": " "}, {"name": "x" * 121}, {"name": "a\nb"}])
def test_a_name_that_is_none_is_refused(desk: Desk, body: Json) -> None:
    answer = desk.client.post(PEOPLE, json=body, headers=desk.headers)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/name")


def test_another_clinics_chiropractor_is_not_there(desk: Desk) -> None:
    other = f"{PEOPLE}/{open_practice(desk.client).chiropractor_id}"

    assert desk.client.patch(other, json={}, headers=desk.headers).status_code == 404
    assert desk.client.delete(other, headers=desk.headers).status_code == 404


def test_a_chiropractor_with_visits_stays(desk: Desk) -> None:
    sent = send_request(desk.client, desk.practice.clinic_id)
    desk.client.post(
        f"/api/v1/requests/{sent['id']}/moves",
        json={"action": "book", "starts_at": INSIDE_WINDOW},
        headers=desk.headers | {"If-Match": "*"},
    ).raise_for_status()
    person = f"{PEOPLE}/{desk.practice.chiropractor_id}"

    answer = desk.client.delete(person, headers=desk.headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "chiropractor-has-visits")
    assert len(desk.read()["chiropractors"]) == 1


def test_new_hours_hold_for_new_promises_only(desk: Desk) -> None:
    first = send_request(desk.client, desk.practice.clinic_id)
    assert first["answer_by"] == "2026-12-02T17:00:00-05:00"

    desk.change(closed_on=["2026-12-02"], hours={"we": [["09:00", "17:00"]]})
    second = send_request(desk.client, desk.practice.clinic_id)

    path = f"/api/v1/follow/{first['follow_token']}"
    assert desk.client.get(path).json()["answer_by"] == first["answer_by"]
    assert second["answer_by"] == "2026-12-09T17:00:00-05:00"


def test_a_taken_time_is_answered_with_free_times_of_open_days_only(desk: Desk) -> None:
    desk.change(closed_on=["2026-12-04"])
    days = [{"date": f"2026-12-0{day}", "part": "morning"} for day in (4, 3)]
    book: Json = {"action": "book", "starts_at": INSIDE_WINDOW, "minutes": 60}
    headers = desk.headers | {"If-Match": "*"}

    for _ in range(2):
        sent = send_request(desk.client, desk.practice.clinic_id, preferred_windows=days)
        path = f"/api/v1/requests/{sent['id']}/moves"
        answer = desk.client.post(path, json=book, headers=headers)

    assert answer.status_code == 409
    assert {free[:10] for free in answer.json()["free"]} == {"2026-12-03"}
