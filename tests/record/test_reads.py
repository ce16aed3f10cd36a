"""What staff are shown: each read is recorded before it is answered, once a minute, and told."""

from datetime import timedelta

from sqlmodel import col, select
from starlette.testclient import TestClient

from conftest import Clock
from referral.record.models import Access, AccessOfMany
from referral.staff.scopes import Scope
from world import add_key, house, open_practice, send_request


def test_each_way_to_see_a_person_is_recorded_and_plain_lists_are_not(
    client: TestClient, clock: Clock
) -> None:
    practice = open_practice(client)
    _, secret = add_key(client, practice.clinic_id, Scope.ADMIN)
    admin = {"Authorization": f"Bearer {secret}"}
    one, _ = (send_request(client, practice.clinic_id) for _ in range(2))
    opened = f"/api/v1/requests/{one['id']}"
    contact = {"contact": "nobody@example.org"}
    answers = [
        client.get("/api/v1/requests", headers=admin),
        client.get("/api/v1/requests/export", headers=admin),
        client.get(opened, headers=admin),
        client.get(opened, headers=admin),
        client.get(f"{opened}/notes", headers=admin),
        client.post("/api/v1/requests/search", json=contact, headers=admin),
        client.get("/api/v1/requests/export?include=person", headers=admin),
    ]
    assert [answer.status_code for answer in answers] == [200] * 7
    clock.now += timedelta(minutes=1)
    assert client.get(opened, headers=admin).status_code == 200

    with house(client).database.reading() as session:
        rows = session.exec(select(Access).order_by(col(Access.number))).all()
        of_many = session.exec(select(AccessOfMany)).all()
    assert [(row.number, row.kind, row.requests) for row in rows] == [
        (1, "opened", 1),
        (2, "notes", 1),
        (3, "found", 0),
        (4, "exported", 2),
        (5, "opened", 1),
    ]
    assert {row.number for row in of_many} == {4}
    assert len(of_many) == 2

    looks = client.get(f"/api/v1/follow/{one['follow_token']}").json()["looks"]
    assert [(look["kind"], look["requests"]) for look in looks] == [
        ("opened", 1),
        ("exported", 2),
        ("notes", 1),
        ("opened", 1),
    ]
    page = client.get(f"/follow/{one['follow_token']}").text
    assert "Who has looked at your request" in page
    assert page.count("Opened your request") == 3
