"""What tests of webhooks need: a clinic's admin, a receiver, and the loop that sends."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from receiver import Receiver, open_receiver
from referral.settings import Settings
from referral.webhooks.delivery import Deliverer
from webhook_desk import Desk, deliverer_of, open_desk


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Receivers of the tests are on this machine."""
    return settings.model_copy(update={"webhook_private_targets": True})


@pytest.fixture
def clock() -> Clock:
    """The time of this moment: receivers check it."""
    clock = Clock()
    clock.now = datetime.now(UTC)
    return clock


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with open_receiver() as running:
        yield running


@pytest.fixture
def desk(client: TestClient) -> Desk:
    return open_desk(client)


@pytest.fixture
def deliverer(client: TestClient) -> Deliverer:
    return deliverer_of(client, threading.Event())
