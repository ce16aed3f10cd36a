"""Two administrators at one chiropractor: who comes second waits, and is told that nobody is there.

PostgreSQL only: on SQLite there is one writer at a time.
"""

from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from httpx2 import Response
from sqlalchemy import text
from starlette.testclient import TestClient

from referral.clinics.membership import profile
from referral.db import Database
from referral.staff.scopes import Scope
from world import Json, add_key, house, open_practice

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("method", "body"),
    [("PATCH", {"name": "Dr. Late"}), ("DELETE", None)],
    ids=["change", "remove"],
)
def test_who_comes_after_a_removal_is_told_so(
    client: TestClient, method: str, body: Json | None
) -> None:
    practice = open_practice(client)
    _, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    path = f"/api/v1/clinic/chiropractors/{practice.chiropractor_id}"
    headers = {"Authorization": f"Bearer {key}"}
    database = house(client).database

    with ThreadPoolExecutor(1) as pool:
        with database.unit_of_work() as session:
            profile.remove_chiropractor(
                session, practice.clinic_id, practice.chiropractor_id, now=house(client).now()
            )
            second = pool.submit(client.request, method, path, json=body, headers=headers)
            wait_until_it_waits(database, second)
        answer = second.result()

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def wait_until_it_waits(database: Database, call: Future[Response]) -> None:
    """Return as soon as `call` waits for a lock, or is over."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
        while not call.done() and not watcher.execute(WAITING).scalar_one():
            pass
