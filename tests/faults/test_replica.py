"""Lists are read from a standby that knows all that has happened at the clinic, and else not.

One pair of servers for both tests: the first one leaves it as it was.
"""

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import event as sa_event
from starlette.testclient import TestClient

from chaos import wait_until
from conftest import NOON
from faults.servers import NAME, Server, address, primary_and_standby
from referral import replica
from referral.doctor import beside
from referral.doctor.examination import examine
from referral.doctor.findings import Level
from referral.settings import Settings
from referral.staff.service import revoke
from world import PERSON, Json, Practice, add_key, count, house, open_practice, send_request

REQUESTS = "/api/v1/requests"
NEWEST = "SELECT sum(last) FROM event_counters"
NOWHERE = "postgresql+psycopg://a:secret@127.0.0.1:1/x"


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Server, Server]]:
    with primary_and_standby() as running:
        yield running


@pytest.fixture
def database_url(pair: tuple[Server, Server]) -> str:
    return address(pair[0])


@pytest.fixture
def settings(pair: tuple[Server, Server], settings: Settings) -> Settings:
    return settings.model_copy(update={"replica_url": address(pair[1])})


@pytest.fixture
def there(client: TestClient) -> list[str]:
    """What has been asked of the replica about requests so far."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM appointments" in statement:
            asked.append(statement)

    follower = house(client).database.replica
    assert follower is not None
    sa_event.listen(follower.engine, "before_cursor_execute", note)
    return asked


def test_a_list_comes_from_the_replica_as_long_as_it_knows_all_of_the_clinic(
    client: TestClient,
    *,
    pair: tuple[Server, Server],
    practice: Practice,
    there: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    primary, standby = pair
    other = open_practice(client)
    row, key = add_key(client, practice.clinic_id)
    sent = send_request(client, practice.clinic_id)
    follow(primary, standby)

    assert states(client, practice) == ["requested"]
    assert people(client, practice) == [sent["id"]]
    assert exported(client, practice).count(sent["reference"]) == 1
    assert len(there) == 3
    assert count(house(client).database, "accesses") == 1

    pause(standby)
    receive(client, practice, sent)
    with house(client).database.unit_of_work() as session:
        revoke(session, row.id, now=house(client).now())
    assert states(client, practice) == ["received"]
    assert client.get(REQUESTS, headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert len(there) == 3
    assert states(client, other) == []
    assert len(there) == 4

    standby.run("SELECT pg_wal_replay_resume()")
    follow(primary, standby)
    assert states(client, practice) == ["received"]
    assert len(there) == 5

    standby.kill()
    with caplog.at_level(logging.WARNING, "referral"):
        assert [states(client, practice) for _ in range(3)] == [["received"]] * 3
    assert caplog.text.count("the replica failed a call: it does not answer") == 1
    assert len(there) == 5

    standby.start()
    monkeypatch.setattr(replica, "LEFT_FOR", 0.0)
    assert states(client, practice) == ["received"]
    assert len(there) == 6


def test_the_doctor_says_how_the_replica_follows(
    settings: Settings, pair: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    primary, standby = pair
    monkeypatch.setenv("REFERRAL_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REFERRAL_KEYS", settings.keys.get_secret_value())

    def found(url: str) -> tuple[Level, str]:
        monkeypatch.setenv("REFERRAL_REPLICA_URL", url)
        (one,) = [each for each in examine(now=NOON) if each.check == "replica"]
        assert bool(one.mend) == (one.level is not Level.OK)
        return one.level, one.says

    assert found(address(standby)) == (Level.OK, "The replica follows the primary.")
    assert found(address(primary)) == (Level.WARNING, "The replica follows no other server.")
    assert found(NOWHERE) == (Level.WARNING, "The replica does not let us in.")
    pause(standby)
    monkeypatch.setattr(beside, "FAR", 0)
    primary.run("CREATE TABLE others ()")
    assert found(address(standby)) == (Level.WARNING, "The replica is 0 MiB behind.")


def follow(primary: Server, standby: Server) -> None:
    """Wait until the standby knows all that happened."""
    wait_until(lambda: standby.run(NEWEST, NAME) == primary.run(NEWEST, NAME))


def pause(standby: Server) -> None:
    """Have the standby learn nothing more."""
    standby.run("SELECT pg_wal_replay_pause()")
    wait_until(lambda: standby.run("SELECT pg_get_wal_replay_pause_state()") == [("paused",)])


def states(client: TestClient, practice: Practice) -> list[str]:
    answer = client.get(REQUESTS, headers=practice.bearer)
    assert answer.status_code == 200, answer.text
    return [row["state"] for row in answer.json()["items"]]


def people(client: TestClient, practice: Practice) -> list[str]:
    body = {"contact": PERSON["email"]}
    answer = client.post(f"{REQUESTS}/search", json=body, headers=practice.bearer)
    return [row["id"] for row in answer.json()["items"]]


def exported(client: TestClient, practice: Practice) -> str:
    text: str = client.get(f"{REQUESTS}/export", headers=practice.bearer).text
    return text


def receive(client: TestClient, practice: Practice, sent: Json) -> None:
    headers = practice.bearer | {"If-Match": '"1"'}
    moves = f"{REQUESTS}/{sent['id']}/moves"
    assert client.post(moves, json={"action": "receive"}, headers=headers).status_code == 200
