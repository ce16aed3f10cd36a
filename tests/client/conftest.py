"""The client against the service on a real port. What it does does not depend on the database."""

import socket
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from starlette.testclient import TestClient

from client.unreliable import Unreliable, unreliable
from hearing import listeners_of
from live import serving
from referral.client import Client
from referral.staff.scopes import Scope
from world import Practice, add_key, open_practice


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def address(client: TestClient) -> Iterator[str]:
    """Where the application under test is served."""
    listeners = listeners_of(client)
    listeners.pause, listeners.heartbeat = 0.01, 3600
    with closing(socket.create_server(("127.0.0.1", 0))) as listener, serving(client.app, listener):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def practice(client: TestClient) -> Practice:
    return open_practice(client)


@pytest.fixture
def staff(address: str, practice: Practice) -> Iterator[Client]:
    """The client under test, with a key that may write."""
    with Client(address, practice.key) as staff:
        yield staff


@pytest.fixture
def admin(address: str, practice: Practice, client: TestClient) -> Iterator[Client]:
    """The client under test, with a key that may do all."""
    _, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    with Client(address, key) as admin:
        yield admin


@pytest.fixture
def between(address: str) -> Iterator[Unreliable]:
    """A server in front of the service that fails as it is told to."""
    with httpx.Client(base_url=address) as service, unreliable(service) as between:
        yield between
