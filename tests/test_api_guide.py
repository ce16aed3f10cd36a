"""The guide of docs/api.md, pasted block after block into one shell against the real service."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

GUIDE = (Path(__file__).parents[1] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.+?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
SAID = re.findall(r"\| field \w+ +# (\S+)$", "".join(BLOCKS), re.MULTILINE)
# Waits between tries grow: half a minute in all.
TRIES = 7


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: where its API is, the key of its staff, and the folder it was started in."""

    api: str
    key: str
    folder: Path


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    command = "from referral.cli import main; main()"
    serve = [sys.executable, "-c", command, "serve", "--demo", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(serve, cwd=tmp_path, stdout=log, stderr=log)  # noqa: S603 - our own service
    try:
        patient = httpx.HTTPTransport(retries=TRIES)
        with httpx.Client(transport=patient, base_url=f"http://127.0.0.1:{port}") as client:
            client.get("/healthz").raise_for_status()
        key = (tmp_path / ".demo" / "staff-key").read_text(encoding="utf-8").splitlines()[2]
        yield Demo(f"http://127.0.0.1:{port}/api/v1", key, tmp_path)
    finally:
        process.terminate()
        process.wait()


def test_the_guide_leads_to_a_booking_that_the_person_cancels_and_to_a_ping() -> None:
    assert SAID[-5:] == ["booked", "booked", "cancelled", "None", "connection"]


def test_every_call_of_the_guide_stops_it_when_the_service_refuses() -> None:
    script = "".join(BLOCKS)
    assert script.count("curl ") == script.count("curl -sS --fail-with-body ") > 0


def test_every_block_runs_after_the_one_before_and_prints_what_the_guide_says(demo: Demo) -> None:
    bash = shutil.which("bash")
    assert bash
    done = subprocess.run(  # noqa: S603 - the guide, against our own service
        [bash, "-euo", "pipefail", "-c", "".join(BLOCKS)],
        cwd=demo.folder,
        env={"PATH": os.environ["PATH"], "API": demo.api, "KEY": demo.key},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines = [line for line in done.stdout.splitlines() if not line.startswith("{")]
    assert lines == SAID
