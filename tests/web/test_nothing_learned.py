"""Who has no right to know whether something exists gets the same answer either way."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from referral.appointments.following import lookup
from referral.staff.scopes import Scope
from referral.vault import Vault
from world import PERSON, Json, Practice, add_key, house, open_practice, send_request

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CODE = "0000-0000"
NO_REFERENCE = "K7QM-2XWD"
NO_ID = "6f1f2f0e-8d5c-4b8e-9a53-0d4a3a1f7c11"
NOBODY: Json = {"Authorization": "Bearer rk_unknown"}
# What differs between any two answers; the length, because it is masked where an answer is packed.
FRESH = {"set-cookie", "date", "ratelimit", "x-request-id", "content-length"}
Ask = Callable[[str], Response]


@pytest.fixture
def practice(client: TestClient) -> Practice:
    return open_practice(client)


@pytest.fixture
def sent(client: TestClient, practice: Practice) -> Json:
    """A request that exists."""
    return send_request(client, practice.clinic_id)


@pytest.fixture
def other(client: TestClient) -> Json:
    """The header of a clinic that has nothing to do with it, and may do everything at its own."""
    _, key = add_key(client, open_practice(client).clinic_id, Scope.ADMIN)
    return {"Authorization": f"Bearer {key}", "If-Match": "*"}


def assert_alike(ask: Ask, there: str, nowhere: str, *, tries: int = 1) -> None:
    """Ask for what exists and for what does not, and compare all that comes back."""
    for _ in range(tries):
        of_one, of_none = ask(there), ask(nowhere)
        assert of_one.status_code == of_none.status_code
        assert of_one.text.replace(there, nowhere) == of_none.text
        one, none = (
            {name: value for name, value in answer.headers.items() if name not in FRESH}
            for answer in (of_one, of_none)
        )
        assert one == none


def test_a_reference_with_a_wrong_code(client: TestClient, sent: Json) -> None:
    def by_api(reference: str) -> Response:
        answer: Response = client.post("/api/v1/follow", json=slip(reference))
        return answer

    def by_page(reference: str) -> Response:
        answer: Response = client.post("/find", data=slip(reference))
        return answer

    # The tries of either end alike, too: the sixth is one too many.
    assert_alike(by_api, sent["reference"], NO_REFERENCE, tries=3)
    assert_alike(by_page, sent["reference"], NO_REFERENCE, tries=3)
    assert by_api(sent["reference"]).status_code == by_api(NO_REFERENCE).status_code == 429


def slip(reference: str) -> dict[str, str]:
    return {"reference": reference, "code": CODE}


class Counting(Vault):
    """A vault that keeps what it worked out."""

    worked: list[str]

    def link_token(self, row: UUID, stored: bytes | None = None) -> str:
        self.worked.append("link")
        return super().link_token(row, stored)

    def spoken_code(self, row: UUID, stored: bytes | None = None) -> str:
        self.worked.append("code")
        return super().spoken_code(row, stored)


def test_a_reference_of_nobody_costs_the_same_work(client: TestClient, sent: Json) -> None:
    vault = Counting(house(client).settings.ring)

    def work_for(reference: str) -> list[str]:
        vault.worked = []
        with house(client).database.unit_of_work() as session:
            now = house(client).now()
            assert lookup.token_for(session, reference, CODE, vault=vault, now=now) is None
        return vault.worked

    assert work_for(sent["reference"]) == work_for(NO_REFERENCE) == ["link", "code"]


@pytest.mark.parametrize("path", ["/follow/{}", "/api/v1/follow/{}", "/join/{}", "/confirm/{}"])
def test_a_token_that_is_nearly_right(client: TestClient, sent: Json, path: str) -> None:
    token = sent["follow_token"]
    nearly = token[:-1] + ("A" if token[-1] != "A" else "B")

    assert_alike(lambda given: client.get(path.format(given)), nearly, "x" * len(token))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/requests/{}", None),
        ("GET", "/api/v1/requests/{}/notes", None),
        ("POST", "/api/v1/requests/{}/notes", {"text": "Called."}),
        ("POST", "/api/v1/requests/{}/moves", {"action": "receive"}),
        ("PUT", "/api/v1/requests/{}/assignee", {"key_id": None}),
        ("DELETE", "/api/v1/keys/{}", None),
    ],
)
@pytest.mark.parametrize("who", ["other", "nobody"])
def test_what_belongs_to_another_clinic(
    client: TestClient,
    practice: Practice,
    sent: Json,
    other: Json,
    *,
    who: str,
    method: str,
    path: str,
    body: Json | None,
) -> None:
    theirs = str(practice.key_id) if "keys" in path else sent["id"]
    headers = other if who == "other" else NOBODY

    def ask(given: str) -> Response:
        address = path.format(given)
        answer: Response = client.request(method, address, json=body, headers=headers)
        return answer

    assert ask(theirs).status_code == (404 if who == "other" else 401)
    assert_alike(ask, theirs, NO_ID)


@pytest.mark.parametrize(
    ("there", "nowhere"),
    [(PERSON["email"], "nobody@example.com"), ("+12125550142", "+12125550199")],
)
@pytest.mark.parametrize("who", ["other", "nobody"])
def test_a_contact_of_another_clinics_patient(
    client: TestClient, sent: Json, other: Json, *, who: str, there: str, nowhere: str
) -> None:
    assert sent
    headers = other if who == "other" else NOBODY

    def search(contact: str) -> Response:
        body = {"contact": contact}
        answer: Response = client.post("/api/v1/requests/search", json=body, headers=headers)
        return answer

    assert search(there).status_code == (200 if who == "other" else 401)
    assert_alike(search, there, nowhere)


def test_a_reference_in_another_clinics_list(client: TestClient, sent: Json, other: Json) -> None:
    assert_alike(
        lambda given: client.get(f"/api/v1/requests?reference={given}", headers=other),
        sent["reference"],
        NO_REFERENCE,
    )


def test_a_key_for_repeats_that_another_clinic_used(
    client: TestClient, practice: Practice, other: Json
) -> None:
    used = str(uuid4())
    _, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    first = {"Authorization": f"Bearer {key}", "Idempotency-Key": used}
    client.post("/api/v1/clinic/chiropractors", json={"name": "Dr. Made Up"}, headers=first)

    def add(idempotency_key: str) -> int:
        headers = other | {"Idempotency-Key": idempotency_key}
        body = {"name": "Dr. Other"}
        answer = client.post("/api/v1/clinic/chiropractors", json=body, headers=headers)
        assert answer.json()["name"] == "Dr. Other"
        return int(answer.status_code)

    assert add(used) == add(str(uuid4())) == 201
