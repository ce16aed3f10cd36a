"""What is not taken is tried again for three days, then paused; nothing is left out."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from conftest import Clock
from receiver import Answer, Message, Receiver
from referral.webhooks.delivery import Deliverer
from referral.webhooks.leasing import ODD, due
from referral.webhooks.schedule import DELAYS
from webhook_desk import Desk, turn

BROKEN: Answer = (503, {})


def test_what_is_not_taken_holds_up_what_follows_and_is_tried_again(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, clock: Clock
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen(3)
    receiver.answers = [(204, {}), (500, {}), (302, {"Location": receiver.url})]

    for wait in (0, 0, 4.9, 0.7, 329, 2):
        clock.now += timedelta(seconds=wait)
        turn(deliverer, webhook)

    assert receiver.numbers == [1, 2, 2, 2, 3]
    assert len({message.id for message in receiver.messages}) == 3
    assert desk.log(webhook) == [(1, 1, 204), (2, 1, 500), (2, 2, 302), (2, 3, 204), (3, 1, 204)]


def test_a_receiver_that_hangs_is_left_when_its_time_is_over_and_told_later(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, clock: Clock
) -> None:
    webhook, patient, goes_on = desk.add(receiver.url), deliverer.sender, threading.Event()
    desk.happen()

    def hang(_: Message) -> None:
        goes_on.wait(60)

    receiver.arrived = hang
    deliverer.sender = replace(patient, whole=0.2)
    turn(deliverer, webhook)
    goes_on.set()

    deliverer.sender = patient
    clock.now += timedelta(minutes=1)
    turn(deliverer, webhook)

    assert desk.log(webhook) == [(1, 1, "timeout"), (1, 2, 204)]


def test_the_receiver_may_ask_for_more_time(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, clock: Clock
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen()
    receiver.answers = [(429, {"Retry-After": "3600"})]
    turn(deliverer, webhook)

    shown = desk.done("GET", f"/{webhook['id']}")

    assert shown["failures"] == 1
    assert shown["next_attempt_at"] == (clock.now + timedelta(hours=1)).isoformat().replace(
        "+00:00", "Z"
    )


def test_after_three_days_of_failures_it_is_paused_and_goes_on_where_it_stopped(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, clock: Clock
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen(2)
    receiver.answers = [BROKEN] * (len(DELAYS) + 1)
    begun = clock.now
    while not (shown := desk.done("GET", f"/{webhook['id']}"))["paused_at"]:
        turn(deliverer, webhook)
        clock.now += timedelta(minutes=20)

    assert clock.now - begun > timedelta(days=3)
    assert (shown["paused_because"], shown["delivered"]) == ("failing", 0)
    assert receiver.numbers == [1] * (len(DELAYS) + 1)
    turn(deliverer, webhook)
    assert len(receiver.messages) == len(DELAYS) + 1

    shown = desk.done("PATCH", f"/{webhook['id']}", {"paused": False})
    turn(deliverer, webhook)

    assert (shown["paused_at"], shown["paused_because"], shown["failures"]) == (None, None, 0)
    assert receiver.numbers[-2:] == [1, 2]


def test_a_receiver_that_is_gone_is_paused_at_once(
    desk: Desk, deliverer: Deliverer, receiver: Receiver
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen(2)
    receiver.answers = [(410, {})]

    turn(deliverer, webhook)

    shown = desk.done("GET", f"/{webhook['id']}")
    assert (shown["paused_because"], shown["behind"]) == ("gone", 2)
    assert receiver.numbers == [1]


def test_pausing_stops_after_the_event_that_is_on_its_way(
    desk: Desk, deliverer: Deliverer, receiver: Receiver
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen(3)

    def pause(_: Message) -> None:
        desk.done("PATCH", f"/{webhook['id']}", {"paused": True})

    receiver.arrived = pause
    turn(deliverer, webhook)

    shown = desk.done("GET", f"/{webhook['id']}")
    assert receiver.numbers == [1]
    assert (shown["delivered"], shown["paused_because"]) == (1, "clinic")


def test_a_fault_of_ours_is_a_failed_attempt_and_no_endless_loop(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen()
    deliverer.vault = type(deliverer.vault)({"other": bytes(32)})

    turn(deliverer, webhook)
    turn(deliverer, webhook)

    assert desk.log(webhook) == [(1, 1, "unexpected")]
    assert "KeyError" in caplog.text
    assert webhook["secret"] not in caplog.text


def test_a_log_without_its_events_is_not_read_over_and_over(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, clock: Clock
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen()
    with deliverer.database.unit_of_work() as session:
        session.execute(text("DELETE FROM events"))

    turn(deliverer, webhook)

    with deliverer.database.reading() as session:
        assert due(session, now=clock.now, limit=1) == []
        assert len(due(session, now=clock.now + ODD, limit=1)) == 1
