"""Several workers share webhooks, and no two send for one at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from starlette.testclient import TestClient

from conftest import Clock
from receiver import Message, Receiver
from referral.webhooks.delivery import Deliverer
from referral.webhooks.leasing import Pace, lease, settle
from referral.webhooks.sending import Outcome
from webhook_desk import Desk, deliverer_of, turn
from world import house


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
