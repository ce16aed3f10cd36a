"""The application on a real port: a stream without an end cannot be read in any other way."""

import socket
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from starlette.testclient import TestClient

from hearing import listeners_of
from live import serving


@pytest.fixture
def live(client: TestClient) -> Iterator[httpx.Client]:
    """A caller of the application under test that looks often; a silence of two minutes fails."""
    listeners = listeners_of(client)
    listeners.pause, listeners.heartbeat = 0.01, 3600
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with (
            serving(client.app, listener),
            httpx.Client(base_url=base_url, timeout=120) as caller,
        ):
            yield caller
