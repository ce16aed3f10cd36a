"""Staff keys over the API: who makes and revokes them, what a key can never do, and its end."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from sqlmodel import select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from conftest import Clock
from post_office import PostOffice
from postman import DESK, give_addresses
from referral.cli import app
from referral.notices.models import Notice
from referral.settings import Settings
from referral.staff.scopes import Scope
from referral.staff.service import issue
from stories import text_of, worker_of
from waiting import let_in_at_once
from world import Json, add_key, house, open_practice

KEYS = "/api/v1/keys"
REQUESTS = "/api/v1/requests"
MADE: Json = {"label": "front desk"}


class Desk:
    """A clinic's administrator."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.clinic_id = open_practice(client).clinic_id
        row, self.key = add_key(client, self.clinic_id, Scope.ADMIN)
        self.key_id = row.id

    def make(self, **body: object) -> Response:
        """Ask for a key."""
        answer: Response = self.client.post(KEYS, json=MADE | body, headers=bearer(self.key))
        return answer

    def listed(self) -> dict[str, Json]:
        """Return what is told of the valid keys, by their ids."""
        answer = self.client.get(KEYS, headers=bearer(self.key))
        assert answer.status_code == 200, answer.text
        return {row["id"]: row for row in answer.json()["items"]}

    def revoke(self, key_id: UUID | str, key: str = "") -> Response:
        """Revoke a key with the administrator's, or with `key`."""
        answer: Response = self.client.delete(f"{KEYS}/{key_id}", headers=bearer(key or self.key))
        return answer

    def status_for(self, key: str) -> int:
        """Return what the list of requests answers to a key."""
        return self.client.get(REQUESTS, headers=bearer(key)).status_code


def bearer(key: str) -> dict[str, str]:
    """Return the header of a key."""
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def desk(client: TestClient) -> Desk:
    return Desk(client)


def test_a_key_is_shown_once_works_and_is_revoked_for_good(desk: Desk) -> None:
    made = desk.make()
    shown = made.json()
    key = shown.pop("key")

    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    assert shown["scopes"] == ["write"]
    assert desk.listed()[shown["id"]] == shown
    assert key not in desk.client.get(KEYS, headers=bearer(desk.key)).text
    assert desk.status_for(key) == 200
    assert [desk.revoke(shown["id"]).status_code for _ in range(2)] == [204, 204]
    assert desk.status_for(key) == 401
    assert shown["id"] not in desk.listed()


def test_the_clinic_is_told_of_each_key_that_is_made_or_revoked(
    client: TestClient, office: PostOffice, settings: Settings
) -> None:
    desk = Desk(client)
    give_addresses(client)
    made = desk.make(label="night <desk>", scopes=["read", "write"]).json()
    assert desk.make(scopes=["owner"]).status_code == 422
    assert desk.revoke(desk.key_id).status_code == 409
    for _ in range(2):
        desk.revoke(made["id"])
    keys = settings.keys.get_secret_value()
    env = {"REFERRAL_KEYS": keys, "REFERRAL_DATABASE_URL": settings.database_url}
    for command in (
        ("create", str(desk.clinic_id), "--label", "spare"),
        ("revoke", str(desk.key_id)),
    ):
        assert CliRunner(env=env).invoke(app, ["keys", *command]).exit_code == 0

    assert worker_of(client, office).round()

    # The commands have a clock of their own.
    said = [re.sub(r"^On \w+ \d+, \d{4} ", "", text_of(mail)) for mail in office.taken]
    made_as = "a staff key was made for Fictional Spine. Its name is “{}”, and its scope is {}."
    assert sorted(text.splitlines()[0] for text in said) == [
        made_as.format("night <desk>", "read, write"),
        made_as.format("spare", "write"),
        "the staff key “night <desk>” of Fictional Spine was revoked.",
        "the staff key “test” of Fictional Spine was revoked.",
    ]
    assert {mail["To"] for mail in office.taken} == {DESK}
    assert not [mail for mail in office.taken if made["key"] in str(mail)]
    with house(client).database.reading() as session:
        assert {tuple(notice.data) for notice in session.scalars(select(Notice))} == {("key_id",)}


def test_the_list_says_which_key_is_calling(desk: Desk) -> None:
    calling = {key_id for key_id, row in desk.listed().items() if row["is_calling"]}

    assert (calling, len(desk.listed())) == ({str(desk.key_id)}, 2)


def test_every_key_knows_its_colleagues_and_itself_by_name(desk: Desk, clock: Clock) -> None:
    row, key = add_key(desk.client, desk.clinic_id, Scope.READ)
    ended = desk.make(expires_at=(clock.now + timedelta(days=1)).isoformat()).json()
    clock.now += timedelta(days=1)

    answer = desk.client.get("/api/v1/assignees", headers=bearer(key))

    assert answer.status_code == 200, answer.text
    listed = {one.pop("id"): one for one in answer.json()["items"]}
    assert listed.keys() == desk.listed().keys()
    assert ended["id"] not in listed
    assert listed[str(row.id)] == {"label": "test", "is_calling": True}
    assert [one["is_calling"] for one in listed.values()].count(True) == 1


@pytest.mark.parametrize("scope", [Scope.READ, Scope.WRITE])
def test_only_an_admin_key_may_see_make_or_revoke_keys(desk: Desk, scope: Scope) -> None:
    row, key = add_key(desk.client, desk.clinic_id, scope)
    answers = [
        desk.client.get(KEYS, headers=bearer(key)),
        desk.client.post(KEYS, json=MADE, headers=bearer(key)),
        desk.revoke(row.id, key),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert {answer.json()["scope"] for answer in answers} == {"admin"}


def test_the_key_that_calls_cannot_revoke_itself_so_the_last_admin_key_stays(desk: Desk) -> None:
    refused = desk.revoke(desk.key_id)
    other = desk.make(scopes=["admin"]).json()

    assert (refused.status_code, refused.json()["code"]) == (409, "key-is-calling")
    assert desk.revoke(desk.key_id, other["key"]).status_code == 204
    assert desk.status_for(desk.key) == 401
    assert desk.revoke(other["id"], other["key"]).status_code == 409


def test_two_keys_that_revoke_each_other_at_once_leave_one(desk: Desk) -> None:
    for _ in range(4):
        first, second = (desk.make(scopes=["admin"]).json() for _ in range(2))
        with ThreadPoolExecutor(2) as pool:
            answers = list(
                pool.map(desk.revoke, (second["id"], first["id"]), (first["key"], second["key"]))
            )
        assert sorted(answer.status_code for answer in answers) == [204, 401]
        assert sorted(map(desk.status_for, (first["key"], second["key"]))) == [200, 401]


def test_another_clinics_key_is_not_there(desk: Desk) -> None:
    stranger = open_practice(desk.client)

    assert desk.revoke(stranger.key_id).status_code == 404
    assert desk.revoke(uuid4()).status_code == 404
    assert desk.status_for(stranger.key) == 200
    assert str(stranger.key_id) not in desk.listed()


def test_a_key_ends_at_its_moment_at_every_door(desk: Desk, clock: Clock) -> None:
    ends = clock.now + timedelta(days=1)
    made = desk.make(expires_at=ends.isoformat(), scopes=["admin"]).json()
    assert made["expires_at"] == "2026-12-02T15:00:00Z"
    clock.now = ends - timedelta(microseconds=1)
    assert desk.status_for(made["key"]) == 200

    clock.now = ends

    assert desk.status_for(made["key"]) == 401
    assert made["id"] not in desk.listed()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", " "),
        ("label", "x" * 81),
        ("label", "a\nb"),
        ("scopes", []),
        ("scopes", ["owner"]),
        ("expires_at", "2026-12-01T15:00:00Z"),
        ("expires_at", "2026-12-02T15:00:00"),
        ("expires_at", "tomorrow"),
        ("clinic_id", str(UUID(int=7))),
    ],
)
def test_what_no_key_can_have_is_refused_at_its_field(
    desk: Desk, field: str, value: object
) -> None:
    answer = desk.make(**{field: value})

    (problem,) = answer.json()["errors"]
    pointer = "" if field == "clinic_id" else f"/{field}"
    assert (answer.status_code, problem["pointer"]) == (422, pointer)
    assert len(desk.listed()) == 2


def test_a_hundred_keys_are_enough(desk: Desk) -> None:
    now = house(desk.client).now()
    with house(desk.client).database.unit_of_work() as session:
        for _ in range(98):
            issue(session, desk.clinic_id, label="desk", scopes=[Scope.READ], now=now)

    answer = desk.make()

    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-keys")
    assert len(desk.listed()) == 100


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_two_keys_made_at_once_the_one_too_many_is_refused(desk: Desk) -> None:
    parts = house(desk.client)
    with parts.database.unit_of_work() as session:
        for _ in range(97):
            issue(session, desk.clinic_id, label="desk", scopes=[Scope.READ], now=parts.now())

    answers = let_in_at_once(parts.database, "SELECT 1 FROM clinics", [desk.make] * 2)

    assert sorted(answer.status_code for answer in answers) == [201, 409]
