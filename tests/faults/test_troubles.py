"""A database in trouble: what a program and a person are told, what is logged, and the recovery."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import psycopg
import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import event as sa_event
from sqlalchemy import make_url
from starlette.testclient import TestClient

from faults.load import READING, check_says_when_again, next_monday
from filling_in import TYPED, agree, answer_the_questions
from referral.db import Database
from referral.doctor import examination
from referral.doctor.findings import Level
from referral.settings import Settings
from referral.web.opening import PAUSE
from world import PERSON, Json, Practice, count, house, request_body

PATIENCE = 0.2
MOST = 8


@dataclass(frozen=True, slots=True)
class Trouble:
    """A trouble: how it is made, what the log and the doctor call it, how who reads is answered."""

    made: Callable[[Database], AbstractContextManager[None]]
    logged: str
    reading: int = 200
    doctor: str = ""


@contextmanager
def locked_file(database: Database) -> Iterator[None]:
    """Have another program hold the file's one write lock."""
    with sqlite3.connect(str(database.engine.url.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()
    other.close()


def told_at_connecting(pragma: str) -> Callable[[Database], AbstractContextManager[None]]:
    """Have SQLite itself refuse, as it does where the file or the disk does."""

    def tell(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
        connection.execute(f"PRAGMA {pragma}")

    @contextmanager
    def made(database: Database) -> Iterator[None]:
        sa_event.listen(database.engine, "connect", tell)
        database.engine.dispose()
        yield
        sa_event.remove(database.engine, "connect", tell)
        database.engine.dispose()

    return made


@contextmanager
def no_free_connection(database: Database) -> Iterator[None]:
    """Hold all connections of the pool."""
    with ExitStack() as held:
        for _ in range(5):
            held.enter_context(database.engine.connect())
        yield


@contextmanager
def locked_tables(database: Database) -> Iterator[None]:
    """Have another program hold what writers need; the service's user does not wait for long."""
    url = database.engine.url.render_as_string(hide_password=False)
    with setting(database, "lock_timeout", "100"), psycopg.connect(url) as other:
        other.execute("LOCK TABLE appointments, assessments, repeats IN SHARE MODE")
        yield


def read_only_server(database: Database) -> AbstractContextManager[None]:
    """Have the server take no writes, as one that has become a standby."""
    return setting(database, "default_transaction_read_only", "on")


@contextmanager
def setting(database: Database, name: str, value: str) -> Iterator[None]:
    """Set something for new connections; those of the service are not told when it is over."""
    url = database.engine.url.render_as_string(hide_password=False)
    where = f'DATABASE "{make_url(url).database}"'
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"ALTER {where} SET {name} = {value}".encode())
        database.engine.dispose()
        try:
            yield
        finally:
            admin.execute("SET default_transaction_read_only = off")
            admin.execute(f"ALTER {where} RESET {name}".encode())


LOCKED, READ_ONLY = "somebody else holds a lock", "it takes no writes"
SQLITE = {
    "locked": Trouble(locked_file, f"{LOCKED} (SQLITE_BUSY)", doctor="holds a lock"),
    "read-only": Trouble(told_at_connecting("query_only=ON"), f"{READ_ONLY} (SQLITE_READONLY)"),
    "full": Trouble(told_at_connecting("max_page_count=1"), "full or failing (SQLITE_FULL)"),
    "pool": Trouble(no_free_connection, "no connection is free (TimeoutError)", reading=503),
}
POSTGRESQL = {
    "locked": Trouble(locked_tables, f"{LOCKED} (55P03)", doctor="holds a lock"),
    "read-only": Trouble(read_only_server, f"{READ_ONLY} (25006)", doctor="no writes"),
    "pool": SQLITE["pool"],
}
CASES = [
    pytest.param(database, each, id=f"{name} on {database}")
    for database, troubles in (("sqlite", SQLITE), ("postgresql", POSTGRESQL))
    for name, each in troubles.items()
]


@pytest.fixture
def impatient(client: TestClient, settings: Settings) -> Iterator[TestClient]:
    """The application, whose calls do not wait for long."""
    app = cast("FastAPI", client.app)
    before = app.state.house
    database = Database(settings.database_url, pool_size=5, patience=PATIENCE)
    app.state.house = replace(before, database=database)
    yield client
    database.engine.dispose()
    app.state.house = before


@pytest.mark.parametrize(("database_url", "trouble"), CASES, indirect=["database_url"])
def test_what_is_in_trouble_is_told_and_logged_and_goes_on_when_it_is_over(
    impatient: TestClient,
    *,
    trouble: Trouble,
    practice: Practice,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client, database = impatient, house(impatient).database
    monkeypatch.setattr(examination, "PATIENCE", PATIENCE)
    monkeypatch.setenv("REFERRAL_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REFERRAL_KEYS", settings.keys.get_secret_value())
    bodies = some_bodies(client, practice)
    token = client.post("/api/v1/requests", json=bodies.pop()).json()["follow_token"]
    answer_the_questions(client)
    form = f"/clinics/{practice.clinic_id}/request"
    typed = TYPED | {"preferred_windows": f"{next_monday()}_morning"}
    client.post(form, data=typed)
    agreed = agree(client, form, reading=PAUSE)

    with trouble.made(database), caplog.at_level(logging.WARNING, "referral"):
        answer = send_until_refused(client, bodies)
        check_says_when_again(answer)
        assert answer.json()["detail"] == "Nothing was saved. Please try again in a minute."
        kept = client.post(form, data=typed, follow_redirects=False)
        assert (kept.status_code, kept.headers["location"]) == (303, f"{form}/review")
        page = client.post(f"{form}/review", data=agreed)
        check_says_when_again(page)
        assert f'href="{form}/review">Back to the form' in page.text
        for path in READING:
            seen = client.get(path.format(token=token), headers=practice.bearer)
            assert seen.status_code == trouble.reading
        found = {each.check: each for each in examination.examine(now=house(client).now())}

    assert trouble.logged in caplog.text
    assert not [word for word in (*PERSON.values(), *TYPED.values()) if str(word) in caplog.text]
    if trouble.doctor:
        assert found["writing"].level is Level.FAILING
        assert trouble.doctor in found["writing"].says
    assert client.get("/readyz").status_code == 200
    assert count(database, "appointments") == MOST - len(bodies)
    # A connection made meanwhile may still be one to a server that takes no writes.
    client.post("/api/v1/requests", json=bodies[0])
    for body in bodies:
        assert client.post("/api/v1/requests", json=body).status_code == 201
    assert TYPED["name"] in client.get(f"{form}/review").text
    sent = client.post(f"{form}/review", data=agreed, follow_redirects=False)
    assert (sent.status_code, count(database, "appointments")) == (303, MOST + 1)


def some_bodies(client: TestClient, practice: Practice) -> list[Json]:
    """Return requests that can be sent, more than an almost full database takes."""
    windows = [{"date": next_monday(), "part": "morning"}]
    return [
        request_body(client, practice.clinic_id, preferred_windows=windows) for _ in range(MOST)
    ]


def send_until_refused(client: TestClient, bodies: list[Json]) -> Response:
    """Send one request after the other until one is refused, and return that answer."""
    while True:
        answer: Response = client.post("/api/v1/requests", json=bodies[-1])
        if answer.status_code != 201:
            return answer
        bodies.pop()
