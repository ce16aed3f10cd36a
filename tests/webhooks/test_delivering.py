"""Delivery: the feed's events in their order, to where they belong, and again where asked."""

import threading

from starlette.testclient import TestClient

from receiver import Message, Receiver
from referral.webhooks.delivery import MOST_EVENTS, Deliverer
from webhook_desk import Desk, deliverer_of, open_desk, turn
from world import count, house


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


def test_it_is_told_at_once_while_another_receiver_hangs(
    client: TestClient, desk: Desk, receiver: Receiver
) -> None:
    stop, hangs = threading.Event(), threading.Event()
    other = open_desk(client)
    silent = other.add(receiver.url.replace("/events", "/silent"))
    desk.add(receiver.url)
    deliverer = deliverer_of(client, stop)

    def hang(_: Message) -> None:
        receiver.arrived = lambda _: None
        hangs.wait(60)

    receiver.arrived = hang
    thread = threading.Thread(target=deliverer.run)
    thread.start()
    try:
        other.happen()
        receiver.wait_for(1)
        desk.happen()
        receiver.wait_for(2, seconds=30)
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
