"""Two administrators at one chiropractor: who comes second waits, and is told that nobody is there.

PostgreSQL only: on SQLite there is one writer at a time.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from referral.clinics.membership import profile
from referral.staff.scopes import Scope
from waiting import until_they_wait
from world import Json, add_key, house, open_practice


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
            until_they_wait(database, second)
        answer = second.result()

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
