"""The client against the service on a real port. What it does does not depend on the database."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from client.running import Run
from client.unreliable import Unreliable, unreliable
from hearing import listeners_of
from live import serving
from referral.appointments.representations import RequestDetail
from referral.cli import app
from referral.client import Client
from referral.staff.scopes import Scope
from world import Practice, add_key, open_practice, send_request


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


@pytest.fixture
def naps() -> list[float]:
    """The waits that the client under test was told to make."""
    return []


@pytest.fixture
def tried(between: Unreliable, practice: Practice, naps: list[float]) -> Iterator[Client]:
    """The client under test, behind a server that fails as it is told to."""
    with Client(between.address, practice.key, sleep=naps.append) as tried:
        yield tried


@pytest.fixture
def tried_admin(
    between: Unreliable, client: TestClient, practice: Practice, naps: list[float]
) -> Iterator[Client]:
    """The same with a key that may do all."""
    _, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    with Client(between.address, key, sleep=naps.append) as tried:
        yield tried


@pytest.fixture
def sent(client: TestClient, tried: Client, practice: Practice) -> RequestDetail:
    """A request as the client under test has read it."""
    return tried.get(send_request(client, practice.clinic_id)["id"])


@pytest.fixture
def run(address: str, practice: Practice, tmp_path: Path) -> Run:
    """Run a command with the clinic's key, and return what became of it."""
    env = {"REFERRAL_ADDRESS": address, "REFERRAL_KEY": practice.key, "COLUMNS": "160"}

    def run(*command: str, typed: str | None = None, **changes: str) -> Result:
        runner = CliRunner(env=env | {"XDG_CONFIG_HOME": str(tmp_path)} | changes)
        return runner.invoke(app, command, input=typed, catch_exceptions=False)

    return run


@pytest.fixture
def reference(client: TestClient, practice: Practice) -> str:
    """The reference of a request to the clinic."""
    return str(send_request(client, practice.clinic_id)["reference"])
