"""What the tests of faults need: about the real time, which the processes keep, and no limits."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.policies import MOST, POLICIES
from referral.settings import Settings
from world import Practice, open_practice


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    # What is filled in now was opened a while ago.
    clock.now = datetime.now(UTC) - timedelta(minutes=1)
    return clock


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """No limits: all calls come from one address, and from two people."""
    return settings.model_copy(update={"limits": dict.fromkeys(POLICIES, MOST)})


@pytest.fixture
def practice(client: TestClient) -> Practice:
    return open_practice(client, email="desk@clinic.example.com")
