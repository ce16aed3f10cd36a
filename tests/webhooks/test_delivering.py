"""Delivery: the feed's events in their order, each until it is taken, and none more than needed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from receiver import Answer, Message, Receiver
from referral.webhooks.delivery import MOST_EVENTS, Deliverer
from referral.webhooks.leasing import Pace, lease, settle
from referral.webhooks.schedule import DELAYS
from referral.webhooks.sending import Outcome
from webhook_desk import Desk, deliverer_of, open_desk
from world import Json, count, house

BROKEN: Answer = (503, {})


def turn(deliverer: Deliverer, webhook: Json) -> None:
    deliverer.turn(UUID(webhook["id"]))


def test_events_arrive_signed_in_order_and_in_the_words_of_the_feed(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, client: TestClient
) -> None:
    desk.happen(2)
    webhook = desk.add(receiver.url, after=0)
    desk.happen(3)

    turn(deliverer, webhook)

    whole = client.get("/api/v1/events", headers=desk.bearer).json()["items"]
    assert [message.verified(webhook["secret"]) for message in receiver.messages] == whole
    assert [message.id for message in receiver.messages] == [one["id"] for one in whole]
    assert desk.log(webhook) == [(number, 1, 204) for number in range(1, 6)]
    shown = desk.done("GET", f"/{webhook['id']}")
    assert (shown["delivered"], shown["behind"], shown["failures"]) == (5, 0, 0)


def test_a_new_webhook_gets_what_happens_from_now_on(
    desk: Desk, deliverer: Deliverer, receiver: Receiver
) -> None:
    desk.happen(2)
    webhook = desk.add(receiver.url)
    turn(deliverer, webhook)
    assert receiver.messages == []

    desk.happen()
    turn(deliverer, webhook)

    assert receiver.numbers == [3]


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


def test_a_replay_sends_everything_after_a_number_again_under_the_same_ids(
    desk: Desk, deliverer: Deliverer, receiver: Receiver
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen(4)
    turn(deliverer, webhook)

    assert desk.done("POST", f"/{webhook['id']}/replay", {"after": 2})["behind"] == 2
    turn(deliverer, webhook)

    assert receiver.numbers == [1, 2, 3, 4, 3, 4]
    ids = [message.id for message in receiver.messages]
    assert ids[2:4] == ids[4:]


def test_a_replay_is_not_undone_by_what_is_on_its_way(
    desk: Desk, deliverer: Deliverer, receiver: Receiver
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen(3)

    def replay(message: Message) -> None:
        if message.told["number"] == 3:
            receiver.arrived = lambda _: None
            desk.done("POST", f"/{webhook['id']}/replay", {"after": 0})

    receiver.arrived = replay
    turn(deliverer, webhook)
    turn(deliverer, webhook)

    assert receiver.numbers == [1, 2, 3, 1, 2, 3]


def test_a_number_that_is_not_reached_cannot_be_gone_to(desk: Desk, receiver: Receiver) -> None:
    webhook = desk.add(receiver.url)
    desk.happen(2)

    answer = desk.call("POST", f"/{webhook['id']}/replay", {"after": 3})

    assert (answer.status_code, answer.json()["code"]) == (422, "not-reached")
    assert desk.call("POST", "", {"url": receiver.url, "label": "x", "after": 3}).status_code == 422


def test_a_webhook_that_is_deleted_on_the_way_gets_nothing_more(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, client: TestClient
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen(3)

    def delete(_: Message) -> None:
        assert desk.call("DELETE", f"/{webhook['id']}").status_code == 204

    receiver.arrived = delete
    turn(deliverer, webhook)

    assert receiver.numbers == [1]
    assert count(house(client).database, "webhook_deliveries") == 0


def test_a_new_address_gets_the_rest_of_the_turn(
    desk: Desk, deliverer: Deliverer, receiver: Receiver
) -> None:
    webhook = desk.add(receiver.url.replace("/events", "/old"))
    desk.happen(2)

    def move(_: Message) -> None:
        desk.done("PATCH", f"/{webhook['id']}", {"url": receiver.url})

    receiver.arrived = move
    turn(deliverer, webhook)
    assert receiver.numbers == [1]
    turn(deliverer, webhook)
    assert receiver.numbers == [1, 2]


def test_a_turn_is_bounded_so_that_others_come_next(
    desk: Desk, deliverer: Deliverer, receiver: Receiver
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen(MOST_EVENTS + 1)

    turn(deliverer, webhook)
    assert len(receiver.messages) == MOST_EVENTS
    turn(deliverer, webhook)

    assert receiver.numbers == list(range(1, MOST_EVENTS + 2))


def test_no_two_workers_send_at_once(desk: Desk, client: TestClient, receiver: Receiver) -> None:
    webhook = desk.add(receiver.url)
    desk.happen(30)
    on_the_way = threading.Semaphore(1)

    def alone(_: Message) -> None:
        assert on_the_way.acquire(blocking=False)
        threading.Event().wait(0.002)
        on_the_way.release()

    receiver.arrived = alone

    def work(worker: Deliverer) -> None:
        while len(receiver.messages) < 30:
            turn(worker, webhook)

    with ThreadPoolExecutor(3) as pool:
        workers = [deliverer_of(client, threading.Event()) for _ in range(3)]
        assert list(pool.map(work, workers)) == [None] * 3

    assert receiver.numbers == list(range(1, 31))


def test_who_lost_the_lease_settles_nothing(
    desk: Desk, client: TestClient, clock: Clock, receiver: Receiver
) -> None:
    webhook = desk.add(receiver.url)
    desk.happen(2)
    database, pace, webhook_id = house(client).database, Pace(), UUID(webhook["id"])
    taken = Outcome(1, 204)

    def take() -> object:
        with database.unit_of_work() as session:
            return lease(session, webhook_id, pace=pace, now=clock.now)

    def settled(leased: object) -> object:
        with database.unit_of_work() as session:
            return settle(
                session,
                leased,  # type: ignore[arg-type] # as `take` returned it
                1,
                taken,
                holds=True,
                pace=pace,
                now=clock.now,
                jitter=lambda: 0.0,
            )

    slow = take()
    clock.now += pace.lease - timedelta(seconds=1)
    assert take() is None
    clock.now += timedelta(seconds=1)
    quick = take()

    assert settled(slow) is None
    assert desk.log(webhook) == []
    assert settled(quick) is not None
    assert desk.log(webhook) == [(1, 1, 204)]


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


def test_it_is_told_within_a_second_while_another_receiver_hangs(
    client: TestClient, desk: Desk, receiver: Receiver
) -> None:
    stop, hangs = threading.Event(), threading.Event()
    other = open_desk(client)
    silent = other.add(receiver.url.replace("/events", "/silent"))
    desk.add(receiver.url)
    deliverer = deliverer_of(client, stop)

    def hang(_: Message) -> None:
        receiver.arrived = lambda _: None
        hangs.wait(20)

    receiver.arrived = hang
    thread = threading.Thread(target=deliverer.run)
    thread.start()
    try:
        other.happen()
        receiver.wait_for(1)
        desk.happen()
        receiver.wait_for(2, seconds=1.5)
    finally:
        stop.set()
        hangs.set()
        thread.join()
    assert other.log(silent) == [(1, 1, 204)]


def test_clinics_get_their_own_events_only(
    client: TestClient, desk: Desk, deliverer: Deliverer, receiver: Receiver
) -> None:
    other = open_desk(client)
    webhook = desk.add(receiver.url)
    other.happen(2)
    desk.happen()

    turn(deliverer, webhook)

    whole = client.get("/api/v1/events", headers=desk.bearer).json()["items"]
    assert [message.verified(webhook["secret"]) for message in receiver.messages] == whole
