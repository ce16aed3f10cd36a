"""A thief with every byte of the database reads nothing that anybody typed, nor any way in."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import connect
from sqlalchemy.engine import make_url
from sqlmodel import select
from starlette.testclient import TestClient

from conftest import Clock
from forms import forms
from post_office import PostOffice
from referral.appointments.models import Appointment
from referral.db import Database
from referral.staff.scopes import Scope
from situations import NO, Case, body
from stories import Story, worker_of
from world import INSIDE_WINDOW, Json, add_key, assess, house, open_practice, send_request

SAID: Json = {
    "name": "Zqüillon Zebrowskaya",
    "requesting_for": "someone_else",
    "patient_name": "Zqandra Zebrowskaya",
    "email": "Zqüillon.Mail@example.com".replace("ü", "u"),
    "phone": "212 555 0177",
    "preferred_contact": "email",
    "note": "Zqring the green doorbell",
}
ANSWERED = "Zqworse on the blue sofa"
TOLD = "Zqwe are full in December"
NOTED = "Zqcaller sounded worried"
TYPED = (*(SAID[name] for name in SAID.keys() - {"requesting_for", "preferred_contact"}),)


def every_byte(database: Database) -> Iterator[bytes]:
    """Yield the files of SQLite, or a dump of every table of PostgreSQL, as text and as bytes."""
    url = database.engine.url
    if database.in_process:
        files = Path(str(url.database)).parent.glob("referral.db*")
        yield from (file.read_bytes() for file in files)
        return
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with connect(address) as connection:
        named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        for (table,) in connection.execute(named).fetchall():
            for form in ("text", "binary"):
                with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT {form})") as rows:
                    yield b"".join(map(bytes, rows))


def found(database: Database, *texts: str) -> set[str]:
    """Return which of the texts the database holds in any form."""
    sought = {text: forms(text) for text in texts}
    return {
        text
        for dumped in every_byte(database)
        for text, wanted in sought.items()
        if any(form in dumped for form in wanted)
    }


@pytest.mark.parametrize(
    "stored",
    [
        SAID["note"].upper().encode(),
        b"...2125550177...",
        json.dumps({"a": SAID["name"]}).encode(),
        SAID["patient_name"].encode().hex().encode(),
        *(base64.b64encode(b"x" * n + SAID["note"].encode() + b"y" * 7) for n in range(3)),
    ],
)
def test_a_text_is_found_in_whatever_form_it_was_stored(stored: bytes) -> None:
    assert any(form in stored for text in TYPED for form in forms(text))


def test_after_the_whole_journey_no_byte_says_what_anybody_typed(
    client: TestClient, clock: Clock, office: PostOffice
) -> None:
    next_clinic = open_practice(client, name="Zqsecond Spine")
    answers = assess(client, note=ANSWERED)
    story = Story(client, clock, office, assessment_id=answers, **SAID)
    case = story.case
    _, admin = add_key(client, case.practice.clinic_id, Scope.ADMIN)
    secrets = [case.practice.key, admin, case.sent["follow_token"], case.sent["spoken_code"]]
    secrets.append(a_webhook_secret(client, admin))
    story.mail()
    work_at_the_desk(case)
    story.mail()
    case.patient("send_on", clinic_id=str(next_clinic.clinic_id))
    copied = client.post(
        f"/api/v1/follow/{case.sent['follow_token']}/copy", json={"contact": SAID["phone"]}
    )
    assert (copied.status_code, SAID["note"] in copied.text) == (200, True)
    story.mail()

    database = house(client).database
    # What is public is there to be found.
    assert found(database, "Zqsecond Spine") == {"Zqsecond Spine"}
    assert found(database, *TYPED, ANSWERED, TOLD, NOTED, *secrets) == set()


def a_webhook_secret(client: TestClient, admin: str) -> str:
    """Have events sent to where nobody listens, and return the secret that signs them."""
    made = client.post(
        "/api/v1/webhooks",
        json={"url": "https://93.184.215.14/events", "label": "desk"},
        headers={"Authorization": f"Bearer {admin}", "Idempotency-Key": "Zqidempotency"},
    )
    assert made.status_code == 201, made.text
    return str(made.json()["secret"].removeprefix("whsec_"))


def work_at_the_desk(case: Case) -> None:
    """Open it, note something, look for the person, offer a time, and say no in the end."""
    client, bearer, path = case.client, case.practice.bearer, f"/api/v1/requests/{case.sent['id']}"
    for contact in (SAID["email"], SAID["phone"]):
        sought = {"contact": contact}
        rows = client.post("/api/v1/requests/search", json=sought, headers=bearer).json()["items"]
        assert [row["id"] for row in rows] == [case.sent["id"]]
    assert SAID["name"] in client.get(path, headers=bearer).text
    again = bearer | {"Idempotency-Key": "Zqidempotency"}
    for _ in range(2):
        assert client.post(f"{path}/notes", json={"text": NOTED}, headers=again).is_success
    assert case.staff("offer", times=[{"starts_at": INSIDE_WINDOW}], message=TOLD).is_success
    assert case.patient(**body(case, "refuse")).is_success
    assert case.staff("decline", **NO, message=TOLD).is_success
    client.post("/find", data={"reference": "Zqreference", "code": "Zqcode"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_key_of_what_was_erased_is_nowhere_in_the_file(client: TestClient) -> None:
    """PostgreSQL tidies up by itself, later; SQLite has to be told, which the worker does."""
    clinic_id, database = open_practice(client).clinic_id, house(client).database
    sent = [send_request(client, clinic_id) for _ in range(12)]
    with database.reading() as session:
        keys = [key for key in session.exec(select(Appointment.wrapped_key)) if key]
    assert all(any(key in dumped for dumped in every_byte(database)) for key in keys)

    for each in sent:
        assert client.delete(f"/api/v1/follow/{each['follow_token']}").status_code == 204
    assert worker_of(client, None).round()

    assert [
        key for key in keys if key and any(key in dumped for dumped in every_byte(database))
    ] == []
