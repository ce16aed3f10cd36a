"""Servers of their own process: an event reaches the listeners of each, and a stop ends them."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from hearing import RETRY, events, happen, listening, paged
from referral.settings import Settings
from world import open_practice

# Waits between tries grow: a minute in all.
TRIES = 8


@contextmanager
def server(settings: Settings, folder: Path, *options: str) -> Iterator[str]:
    """Start the command, yield the address, and see that it stops."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    command = [sys.executable, "-c", "from referral.cli import main; main()", "serve"]
    environment = {
        **os.environ,
        "REFERRAL_DATABASE_URL": settings.database_url,
        "REFERRAL_KEYS": settings.keys.get_secret_value(),
    }
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--port", str(port), *options],
        cwd=folder,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=120)


@pytest.mark.parametrize("options", [["--no-worker"], ["--workers", "2"]], ids=["one", "two"])
def test_an_event_reaches_every_process_and_a_stop_ends_every_stream(
    client: TestClient, settings: Settings, tmp_path: Path, options: list[str]
) -> None:
    practice = open_practice(client)
    transport = httpx.HTTPTransport(retries=TRIES)
    with httpx.Client(transport=transport, timeout=120) as caller, ExitStack() as stack:
        with server(settings, tmp_path, *options) as caller.base_url:
            assert caller.get("/healthz").status_code == 200
            heard = [stack.enter_context(listening(caller, practice)) for _ in range(6)]
            assert [next(one) for one in heard] == [RETRY] * 6
            happen(client, practice.clinic_id, 2)
            told = [events(one, 2) for one in heard]
        assert [list(one) for one in heard] == [[]] * 6

    assert told == [paged(client, practice)] * 6
