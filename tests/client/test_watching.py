"""Commands on a terminal of their own: in colours, redrawn as things change."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

import pytest
from starlette.testclient import TestClient

from referral.client import Client
from world import Practice, send_request

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a terminal of Unix")
# A shell lets what runs in its background ignore interrupts, and the command would inherit that.
HEED = "from signal import *; signal(SIGINT, default_int_handler)"
COMMAND = [sys.executable, "-c", f"{HEED}; from referral.cli import main; main()"]


class Screen:
    """A terminal with the command on it."""

    def __init__(self, *command: str, **env: str) -> None:
        self._ours, theirs = os.openpty()
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [*COMMAND, *command], env=os.environ | env, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.drawn = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def read_until(self, words: str) -> None:
        """Read on until `words` are drawn; OSError where the command ends before."""
        while words not in self.drawn:
            assert select.select([self._ours], [], [], 30)[0], self.drawn
            self.drawn += os.read(self._ours, 65536).decode()


def test_a_change_is_drawn_and_an_interrupt_ends_it_well(
    client: TestClient, address: str, staff: Client, practice: Practice
) -> None:
    sent = send_request(client, practice.clinic_id)
    env = {"REFERRAL_ADDRESS": address, "REFERRAL_KEY": practice.key, "TERM": "xterm-256color"}

    with Screen("inbox", "--watch", **env) as screen:
        screen.read_until(f"{sent['reference']}  \x1b[33mrequested")
        assert "As of" in screen.drawn
        staff.receive(staff.get(sent["id"]))
        screen.read_until(f"{sent['reference']}  \x1b[36mreceived")
        screen.process.send_signal(signal.SIGINT)
        assert screen.process.wait(timeout=30) == 0


def test_without_colours_where_they_are_not_wanted(
    client: TestClient, address: str, practice: Practice
) -> None:
    sent = send_request(client, practice.clinic_id)
    env = {"REFERRAL_ADDRESS": address, "REFERRAL_KEY": practice.key, "TERM": "xterm-256color"}

    with Screen("inbox", **env, NO_COLOR="1") as screen:
        screen.read_until(f"{sent['reference']}  requested")

    assert "America/New_York" in screen.drawn


def test_an_export_tells_how_far_it_has_come(
    address: str, practice: Practice, tmp_path: Path
) -> None:
    env = {"REFERRAL_ADDRESS": address, "REFERRAL_KEY": practice.key, "TERM": "xterm-256color"}
    file = tmp_path / "requests.csv"

    with Screen("export", "-o", str(file), **env) as screen:
        screen.read_until("bytes have come.")
        assert screen.process.wait(timeout=30) == 0

    assert file.read_text("utf-8-sig").startswith("id,reference,")
