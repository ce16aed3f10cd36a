"""The worker: its parts do not stop each other, it says what it lacks, and logs counts only."""

import logging
import socket
import threading
from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from log_lines import written
from post_office import PostOffice
from postman import give_addresses
from referral import tries
from referral import worker as background
from referral.appointments.life.clockwork import Clockwork
from referral.db import Database
from referral.notices import outbox
from referral.notices.models import NoticeStatus
from referral.operations import service
from referral.worker import Worker
from situations import begin
from stories import Story, worker_of
from world import MILD, PERSON, count, house

WAITING, DEAD = NoticeStatus.WAITING, NoticeStatus.DEAD
PATIENT = str(PERSON["email"])


@pytest.fixture
def story(client: TestClient, clock: Clock, office: PostOffice) -> Story:
    return Story(client, clock, office)


def test_without_a_mail_server_it_says_so_and_notices_wait(
    client: TestClient, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    begin(client, clock)
    worker = worker_of(client, None)

    run_once(worker)

    lines = [record.message for record in caplog.records]
    assert lines.count("no SMTP server is set: notices wait and are not sent") == 1
    assert statuses(house(client).database) == {WAITING: 2}


def test_a_demo_sends_nothing_even_with_a_mail_server(
    client: TestClient, clock: Clock, office: PostOffice
) -> None:
    begin(client, clock)
    give_addresses(client)

    run_once(worker_of(client, office, demo=True))

    assert office.taken == []
    assert statuses(house(client).database) == {WAITING: 2}


def test_a_mail_server_that_hangs_holds_up_nothing_else_and_has_the_letters_later(
    client: TestClient, clock: Clock, office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        begin(client, clock)
        give_addresses(client)
        worker = worker_of(client, None, smtp_host="127.0.0.1", smtp_port=listener.getsockname()[1])
        assert worker.delivery.transport is not None
        with background.in_background(worker):
            # It waits there for a greeting that does not come.
            peer, _ = listener.accept()
            with peer:
                wait_for_a_round(worker)
    assert statuses(house(client).database)[WAITING] == 2
    (line,) = [one for one in written(caplog.records) if one["message"] == "notices were settled"]
    assert line["sent"] == 0
    assert line["failed"] > 0

    clock.now += timedelta(minutes=1)
    assert worker_of(client, office).round()
    assert len(office.taken) == 2


def run_once(worker: Worker) -> None:
    """Run the worker as a thread until its first round is over."""
    with background.in_background(worker):
        wait_for_a_round(worker)


def wait_for_a_round(worker: Worker) -> None:
    """Wait for the sign of life that it leaves after its first whole round."""
    for _ in range(1000):
        if count(worker.database, "heartbeats"):
            return
        threading.Event().wait(0.01)
    raise AssertionError("no round within ten seconds")


def statuses(database: Database) -> dict[NoticeStatus, int]:
    with database.reading() as session:
        return {status: number for status, number in outbox.counts(session).items() if number}


def test_one_part_that_fails_stops_no_other(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Clockwork):
        def run_due(self, *, now: datetime) -> int:
            raise RuntimeError(f"Quillon at {now}")

    working = story.worker.clockwork
    story.worker.clockwork = Broken(working.database, working.vault, working.answer_days)

    assert not story.worker.round()

    assert len(story.office.taken) == 2
    assert count(house(story.case.client).database, "heartbeats") == 0
    assert "Quillon" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_a_database_that_is_away_is_tried_again(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    away, here = Database("sqlite:////nowhere/at/all.db", pool_size=1), story.worker.database
    story.worker.database = away

    assert not story.worker.round()
    assert "the database does not answer" in caplog.text

    story.worker.database = here
    assert story.worker.round()
    assert len(story.office.taken) == 2
    away.engine.dispose()


def test_the_log_holds_counts_and_nothing_else(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    story.mail()

    lines = written(caplog.records, "referral.worker")
    names = ("at", "level", "logger", "message", "round")
    told = [{name: line[name] for name in line if name not in names} for line in lines]
    assert told == [
        {"sent": 2, "failed": 0, "dead": 0, "superseded": 0},
        {"looked_at": 0, "wrong_tries": 0, "kept_answers": 0},
        {"days": 90},
        {"count": 1},
    ]
    assert "quillon" not in str(written(caplog.records)).casefold()


def test_it_forgets_every_ten_minutes(story: Story, clock: Clock) -> None:
    client = story.case.client
    assert client.post("/api/v1/assessments", json={"answers": MILD}).status_code == 201
    story.worker.round()
    database = house(client).database
    clock.now += timedelta(hours=49)
    story.worker._forgot_at = clock.now - timedelta(minutes=9)
    story.worker.round()
    assert count(database, "assessments") == 2

    clock.now += timedelta(minutes=1)
    story.worker.round()

    assert count(database, "assessments") == 1


def test_it_forgets_wrong_tries_once_they_no_longer_count(story: Story, clock: Clock) -> None:
    client, database = story.case.client, house(story.case.client).database
    slip = {"reference": "ZZZZ-ZZZZ", "code": "0000-0000"}
    client.post("/api/v1/follow", json=slip)
    clock.now += timedelta(minutes=30)
    client.post("/api/v1/follow", json=slip | {"reference": "YYYY-YYYY"})
    left = []
    for minutes in (29, 1, 30):
        clock.now += timedelta(minutes=minutes)
        story.worker._forgot_at = None
        story.worker.round()
        left.append(count(database, "wrong_codes"))

    assert left == [2, 1, 0]


def test_a_limit_lasts_no_longer_than_its_counts_are_kept() -> None:
    with pytest.raises(ValueError, match="kept"):
        tries.Limit(most=5, within=tries.KEPT + timedelta(seconds=1), sentence="")


def test_each_whole_round_leaves_a_sign_of_life(story: Story, clock: Clock) -> None:
    database = house(story.case.client).database
    for _ in range(2):
        clock.now += timedelta(seconds=10)
        story.worker.round()

    with database.reading() as session:
        seen = service.overview(session, now=clock.now)
    assert seen.heartbeat is not None
    assert (seen.heartbeat.at, seen.heartbeat.sends_mail) == (clock.now, True)
    assert count(database, "heartbeats") == 1


def test_a_clinic_without_an_address_leaves_a_dead_notice_with_its_reason(
    client: TestClient, clock: Clock, office: PostOffice
) -> None:
    begin(client, clock)

    worker_of(client, office).round()

    with house(client).database.reading() as session:
        (dead,) = outbox.listing(session, DEAD)
    assert (dead.kind, dead.failure) == ("new_request", "no-address")
    assert [str(mail["To"]) for mail in office.taken] == [PATIENT]


def test_it_forgets_who_has_all_calls_back(story: Story, clock: Clock) -> None:
    parts = house(story.case.client)
    for _ in range(30):
        parts.key_calls.take(bytes(16), now=clock.now)
    parts.key_calls.settle()
    left = []
    for seconds in (2, 1):
        clock.now += timedelta(seconds=seconds)
        story.worker._forgot_at = None
        story.worker.round()
        left.append(count(parts.database, "spent_calls"))

    assert left == [1, 0]
