from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool
from typer.testing import CliRunner, Result

from outbox_steps import (
    ALONE,
    BOOKED,
    DEAD,
    DROPPED,
    MOVED,
    SUPERSEDED,
    WAITING,
    fail,
    get,
    lease,
    put,
)
from referral.cli import app
from referral.db import Database
from referral.errors import NotFoundError
from referral.settings import new_ring


@pytest.fixture(autouse=True)
def _connections_end_with_the_command() -> Iterator[None]:
    opened: list[Any] = []

    def remember(connection: object, _record: object) -> None:
        opened.append(connection)

    # A command leaves them to the end of its process; here the process goes on.
    event.listen(Pool, "connect", remember)
    yield
    event.remove(Pool, "connect", remember)
    for connection in opened:
        connection.close()


@pytest.fixture(autouse=True)
def _environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERRAL_DATABASE_URL", database_url)
    monkeypatch.setenv("REFERRAL_KEYS", new_ring())


def call(*words: object) -> Result:
    return CliRunner().invoke(app, ["outbox", *map(str, words)])


def all_dead(database: Database, number: int) -> list[UUID]:
    ids = put(database, *[replace(BOOKED, appointment_id=uuid4()) for _ in range(number)])
    for notice in lease(database):
        fail(database, notice, permanent=True)
    return ids


def test_the_list_shows_what_waits_and_what_died_and_nothing_of_the_data(
    database: Database,
) -> None:
    (dead,) = all_dead(database, 1)
    (waiting,) = put(database, replace(ALONE, data={"state": "unspoken"}))
    shown = call("list").stdout
    assert all(word in shown for word in (str(dead), str(waiting), "connection", "digest"))
    assert "In all: 1 waiting, 0 sent, 1 dead, 0 superseded, 0 dropped" in shown
    assert "unspoken" not in shown


def test_the_list_of_one_status_leaves_out_the_others(database: Database) -> None:
    (dead,) = all_dead(database, 1)
    (waiting,) = put(database, ALONE)
    shown = call("list", "--status", "dead").stdout
    assert str(dead) in shown
    assert str(waiting) not in shown


def test_one_dead_notice_waits_again(database: Database) -> None:
    first, second = all_dead(database, 2)
    assert call("retry", first).exit_code == 0
    assert [get(database, each).status for each in (first, second)] == [WAITING, DEAD]


def test_all_dead_ones_wait_again_but_the_overtaken(database: Database) -> None:
    first, second = all_dead(database, 2)
    put(database, replace(MOVED, appointment_id=get(database, first).appointment_id))
    shown = call("retry", "--all-dead").stdout
    assert "Waiting again: 1. Overtaken by a later notice: 1." in shown
    assert [get(database, each).status for each in (first, second)] == [SUPERSEDED, WAITING]


@pytest.mark.parametrize("words", [(), (uuid4(), "--all-dead")])
def test_a_retry_is_of_one_or_of_all(words: tuple[object, ...]) -> None:
    assert call("retry", *words).exit_code == 2


def test_a_dropped_notice_is_given_up(database: Database) -> None:
    (dead,) = all_dead(database, 1)
    assert call("drop", dead).exit_code == 0
    assert get(database, dead).status is DROPPED


def test_an_unknown_notice_is_an_error_of_ours() -> None:
    assert isinstance(call("drop", uuid4()).exception, NotFoundError)
