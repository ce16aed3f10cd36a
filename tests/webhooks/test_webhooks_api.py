"""Managing webhooks: by a clinic's admin and nobody else, five at most, the secret shown once."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from receiver import Receiver
from referral.staff.scopes import Scope
from referral.webhooks import log
from referral.webhooks.delivery import Deliverer
from webhook_desk import WEBHOOKS, Desk, open_desk, turn
from world import Json, add_key, count, house

URL = "https://93.184.216.34/events"
SOME_ID = "6f1f2f0e-8d5c-4b8e-9a53-0d4a3a1f7c11"
CALLS: list[tuple[str, str, Json | None]] = [
    ("POST", "", {"url": URL, "label": "Front desk"}),
    ("GET", "", None),
    ("GET", "/{id}", None),
    ("PATCH", "/{id}", {"url": URL}),
    ("DELETE", "/{id}", None),
    ("POST", "/{id}/rotate", None),
    ("POST", "/{id}/ping", None),
    ("POST", "/{id}/replay", {"after": 0}),
    ("GET", "/{id}/deliveries", None),
]


def test_a_webhook_is_made_read_changed_and_deleted(desk: Desk) -> None:
    made = desk.add(URL, label=" Front desk ")
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert made["label"] == "Front desk"

    changed = desk.done(
        "PATCH", f"/{made['id']}", {"label": "Back office", "url": URL + "/new", "paused": True}
    )

    assert changed | {"paused_at": None} == made | {
        "label": "Back office",
        "url": URL + "/new",
        "paused_because": "clinic",
        "paused_at": None,
    }
    assert changed["paused_at"] is not None
    assert desk.done("GET", f"/{made['id']}") == changed
    assert desk.done("GET") == {"items": [changed]}
    assert secret not in desk.call("GET").text
    assert desk.call("DELETE", f"/{made['id']}").status_code == 204
    assert desk.done("GET") == {"items": []}
    assert desk.call("GET", f"/{made['id']}").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_a_key_without_the_scope_may_not(
    client: TestClient, desk: Desk, *, method: str, path: str, body: Json | None
) -> None:
    made = desk.add(URL)
    _, key = add_key(client, desk.clinic_id, Scope.WRITE)

    answer = client.request(
        method,
        WEBHOOKS + path.format(**made),
        json=body,
        headers={"Authorization": f"Bearer {key}"},
    )

    assert answer.status_code == 403
    assert desk.done("GET")["items"] == [desk.done("GET", f"/{made['id']}")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("method", "path", "body"), [call for call in CALLS if call[1]])
def test_another_clinics_webhook_is_not_there(
    client: TestClient, desk: Desk, *, method: str, path: str, body: Json | None
) -> None:
    made = open_desk(client).add(URL)

    assert desk.call(method, path.format(**made), body).status_code == 404
    assert desk.call(method, path.format(id=SOME_ID), body).status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"url": "http://93.184.216.34/"}, "/url"),
        ({"url": "https://10.0.0.1.nip.invalid/"}, "/url"),
        ({"url": "https://169.254.169.254/"}, "/url"),
        ({"url": "ftp://93.184.216.34/"}, "/url"),
        ({"url": "https://user:pass@93.184.216.34/"}, "/url"),
        ({"url": "https://93.184.216.34/#part"}, "/url"),
        ({"url": f"https://93.184.216.34/{'x' * 2000}"}, "/url"),
        ({"url": "Zq7typed"}, "/url"),
        ({"label": ""}, "/label"),
        ({"label": "x" * 81}, "/label"),
        ({"label": "a\nb"}, "/label"),
        ({"after": -1}, "/after"),
        ({"secret": "whsec_Zq7typed"}, ""),
    ],
)
def test_what_cannot_be_used_is_refused_and_not_repeated(
    desk: Desk, changes: dict[str, Any], pointer: str
) -> None:
    answer = desk.call("POST", "", {"url": URL, "label": "x"} | changes)

    assert answer.status_code == 422, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert "Zq7typed" not in answer.text
    assert desk.done("GET") == {"items": []}
    made = desk.add(URL)
    if "url" in changes:
        assert desk.call("PATCH", f"/{made['id']}", changes).status_code == 422


def test_a_clinic_has_five_at_most_even_when_it_asks_for_all_at_once(
    desk: Desk, client: TestClient
) -> None:
    other = open_desk(client)
    other.add(URL)

    def added(_: int) -> int:
        while (answer := desk.call("POST", "", CALLS[0][2])).status_code == 429:
            continue  # while another look is on its way
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(added, range(8)))

    assert statuses == [201] * 5 + [409] * 3
    refused = desk.call("POST", "", CALLS[0][2]).json()
    assert (refused["code"], refused["most"]) == ("too-many-webhooks", 5)


def test_a_name_that_nobody_answers_for_holds_up_its_own_clinic_only(
    desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, other = desk.add(URL), open_desk(client)
    asked, over, real = threading.Event(), threading.Event(), socket.getaddrinfo

    def silent(host: str, *given: Any, **named: Any) -> list[Any]:  # noqa: ANN401 - as the socket module
        if host == "silent.example":
            asked.set()
            over.wait(4)
        return real(URL.split("/")[2], *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    waits = {"url": "https://silent.example/", "label": "Front desk"}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(desk.call, "POST", "", waits)
        assert asked.wait(5)
        refused = [desk.call("POST", "", CALLS[0][2]), desk.call("POST", f"/{made['id']}/ping")]
        other.add(URL)
        over.set()

    assert {(one.status_code, one.headers["retry-after"]) for one in refused} == {(429, "5")}
    assert first.result().status_code == 201
    assert desk.call("PATCH", f"/{made['id']}", {"url": URL}).status_code == 200


def test_a_ping_says_what_came_of_it_and_is_no_event(
    desk: Desk, receiver: Receiver, clock: Clock
) -> None:
    made = desk.add(receiver.url)
    desk.done("PATCH", f"/{made['id']}", {"paused": True})
    receiver.answers = [(204, {}), (500, {})]

    taken = desk.done("POST", f"/{made['id']}/ping")
    clock.now += timedelta(seconds=15)
    broken = desk.done("POST", f"/{made['id']}/ping")

    message = receiver.messages[0]
    told = message.verified(made["secret"])
    assert (told["type"], told["id"], told["data"]) == ("webhook.ping", message.id, {})
    assert (taken["status"], taken["error"], broken["status"]) == (204, None, 500)
    assert 0 <= taken["milliseconds"] < 15_000
    assert desk.log(made) == [(None, 1, 204), (None, 1, 500)]
    shown = desk.done("GET", f"/{made['id']}")
    assert (shown["delivered"], shown["failures"], shown["paused_because"]) == (0, 0, "clinic")


def test_pings_come_one_at_a_time(desk: Desk, receiver: Receiver, clock: Clock) -> None:
    made = desk.add(receiver.url)
    desk.done("POST", f"/{made['id']}/ping")
    clock.now += timedelta(seconds=5)

    refused = desk.call("POST", f"/{made['id']}/ping")

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
    assert len(receiver.messages) == 1


def test_a_ping_that_is_taken_ends_the_wait_for_the_next_attempt(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, clock: Clock
) -> None:
    made = desk.add(receiver.url)
    desk.happen()
    receiver.answers = [(500, {}), (500, {})]
    turn(deliverer, made)
    clock.now += timedelta(seconds=15)
    turn(deliverer, made)

    desk.done("POST", f"/{made['id']}/ping")
    turn(deliverer, made)

    assert desk.log(made) == [(1, 1, 500), (1, 2, 500), (None, 1, 204), (1, 3, 204)]


def test_the_log_is_read_in_pages_and_forgotten_after_a_month(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, *, client: TestClient, clock: Clock
) -> None:
    made = desk.add(receiver.url)
    desk.happen(5)
    turn(deliverer, made)
    place, seen = f"{WEBHOOKS}/{made['id']}/deliveries?limit=2", []
    while place:
        answer = client.get(place, headers=desk.bearer)
        seen += [one["entry"] for one in answer.json()["items"]]
        place = answer.links.get("next", {}).get("url", "")

    assert seen == [5, 4, 3, 2, 1]
    database = house(client).database
    for days, left in ((30, 5), (1, 0)):
        clock.now += timedelta(days=days)
        with database.unit_of_work() as session:
            log.forget(session, now=clock.now)
        assert count(database, "webhook_deliveries") == left
