"""What the tests of faults need: the time of this moment, for the processes keep the real time."""

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from world import Practice, open_practice


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = datetime.now(UTC)
    return clock


@pytest.fixture
def practice(client: TestClient) -> Practice:
    return open_practice(client, email="desk@clinic.example.com")
