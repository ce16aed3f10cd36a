"""A clinic is told by mail when a webhook is paused for it, and of nothing that has passed."""

from email.message import EmailMessage

import pytest
from starlette.testclient import TestClient

from post_office import PostOffice
from receiver import Receiver
from referral.notices import outbox
from referral.notices.models import NoticeStatus
from referral.webhooks.delivery import Deliverer
from referral.webhooks.leasing import Pace
from stories import text_of, worker_of
from webhook_desk import Desk, open_desk, turn
from world import Json, house

EMAIL = "desk@example.com"
LABEL = "Front <desk> & co"


@pytest.fixture
def desk(client: TestClient) -> Desk:
    return open_desk(client, email=EMAIL)


def fail(desk: Desk, deliverer: Deliverer, receiver: Receiver, status: int) -> Json:
    """Let a webhook be paused by an answer."""
    webhook = desk.add(receiver.url, label=LABEL)
    desk.happen()
    receiver.answers = [(status, {})]
    deliverer.pace = Pace(delays=())
    turn(deliverer, webhook)
    return webhook


def mailed(desk: Desk, office: PostOffice) -> list[EmailMessage]:
    """Let the worker do a round, and return what has arrived."""
    assert worker_of(desk.client, office).round()
    return office.taken


@pytest.mark.parametrize(
    ("status", "said"),
    [(500, "did not take an event in ten attempts over three days"), (410, "it is gone (410)")],
)
def test_a_clinic_reads_which_webhook_is_paused_and_why(
    desk: Desk,
    deliverer: Deliverer,
    receiver: Receiver,
    *,
    office: PostOffice,
    status: int,
    said: str,
) -> None:
    webhook = fail(desk, deliverer, receiver, status)

    (mail,) = mailed(desk, office)

    assert (mail["To"], mail["Subject"]) == (EMAIL, f"Webhook paused: {LABEL}")
    text = " ".join(text_of(mail).split())
    assert said in text
    assert f"GET {house(desk.client).settings.origin}/api/v1/webhooks/{webhook['id']}" in text
    assert "Reference" not in text
    html = mail.get_body(("html",))
    assert html is not None
    assert "Front &lt;desk&gt; &amp; co" in html.get_content()


@pytest.mark.parametrize("ended", ["resumed", "deleted"])
def test_what_has_passed_is_not_told(
    desk: Desk, deliverer: Deliverer, receiver: Receiver, *, office: PostOffice, ended: str
) -> None:
    webhook = fail(desk, deliverer, receiver, 500)
    if ended == "resumed":
        desk.done("PATCH", f"/{webhook['id']}", {"paused": False})
    else:
        desk.call("DELETE", f"/{webhook['id']}")

    assert mailed(desk, office) == []


def test_a_clinic_without_an_address_leaves_a_dead_notice(
    client: TestClient, deliverer: Deliverer, receiver: Receiver, office: PostOffice
) -> None:
    desk = open_desk(client)
    fail(desk, deliverer, receiver, 500)

    assert mailed(desk, office) == []
    with house(client).database.reading() as session:
        (dead,) = outbox.listing(session, NoticeStatus.DEAD)
    assert dead.failure == "no-address"


def test_a_clinic_that_paused_it_is_told_nothing(
    desk: Desk, receiver: Receiver, office: PostOffice
) -> None:
    webhook = desk.add(receiver.url)
    desk.done("PATCH", f"/{webhook['id']}", {"paused": True})

    assert mailed(desk, office) == []
