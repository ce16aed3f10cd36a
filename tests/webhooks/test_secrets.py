"""Secrets of webhooks: sealed where they rest, and changed without a gap."""

from datetime import timedelta

from sqlalchemy import text
from starlette.testclient import TestClient

from conftest import Clock
from receiver import Receiver
from referral.webhooks.delivery import Deliverer
from webhook_desk import Desk, turn
from world import house

URL = "https://93.184.216.34/events"


def test_the_secret_is_sealed_where_it_rests(desk: Desk, client: TestClient) -> None:
    made = desk.add(URL)
    rotated = desk.done("POST", f"/{made['id']}/rotate")

    with house(client).database.reading() as session:
        row = session.execute(text("SELECT * FROM webhooks")).one()
    kept = b"".join(bytes(value) for value in row if isinstance(value, (bytes, memoryview)))
    for secret in (made["secret"], rotated["secret"]):
        assert secret.removeprefix("whsec_").encode() not in kept
    assert b"whsec" not in kept


def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, clock: Clock
) -> None:
    made = desk.add(receiver.url)
    rotated = desk.done("POST", f"/{made['id']}/rotate")
    assert rotated["secret"] != made["secret"]
    signatures = []
    for hours in (0, 23, 1):
        clock.now += timedelta(hours=hours)
        desk.happen()
        turn(deliverer, made)
        signatures.append(receiver.messages[-1].headers["webhook-signature"].split(" "))

    first = receiver.messages[0]
    assert first.verified(made["secret"]) == first.verified(rotated["secret"])
    assert [len(one) for one in signatures] == [2, 2, 1]
    assert {one.partition(",")[0] for two in signatures for one in two} == {"v1"}


def test_a_secret_that_is_changed_again_and_again_keeps_those_that_hold(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, clock: Clock
) -> None:
    made = desk.add(receiver.url)
    for _ in range(4):
        desk.done("POST", f"/{made['id']}/rotate")

    refused = desk.call("POST", f"/{made['id']}/rotate")
    assert (refused.status_code, refused.json()["code"]) == (409, "rotated-too-often")
    desk.happen()
    turn(deliverer, made)
    assert receiver.messages[0].verified(made["secret"])

    clock.now += timedelta(hours=24)
    desk.done("POST", f"/{made['id']}/rotate")
