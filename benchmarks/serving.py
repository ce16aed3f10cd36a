"""Runs a server of its own process, loads it, and reads what it cost."""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from referral.policies import MOST, POLICIES

HERE = Path(__file__).parent
# All calls of a run have one key, or come from one address.
UNLIMITED = {
    "REFERRAL_KEY_CALLS_PER_MINUTE": str(MOST),
    # A clinic listens on a third of them.
    "REFERRAL_CONNECTIONS": "10000",
    "REFERRAL_LIMITS": ",".join(f"{name}={MOST}" for name in POLICIES),
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running uvicorn."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Return the CPU seconds it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: calls per second, CPU milliseconds per call, latencies in milliseconds."""

    rate: float
    cpu: float
    p50: float
    p99: float


@contextmanager
def serve(application: str, environment: Mapping[str, str], *options: str) -> Iterator[Server]:
    """Yield a uvicorn that serves `application`, the same way for the service and the floors."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), *options]
    command += ["--no-access-log", "--log-level", "warning", "--app-dir", str(HERE)]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        _wait(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def measure(server: Server, calls: list[str], clients: int) -> Figures:
    """Load `server` with `calls` from another process."""
    with NamedTemporaryFile("w", suffix=".json") as stored:
        json.dump(calls, stored)
        stored.flush()
        before = server.cpu()
        command = [
            sys.executable,
            str(HERE / "load.py"),
            str(server.port),
            stored.name,
            str(clients),
        ]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    return Figures(
        found["rate"], (server.cpu() - before) * 1000 / len(calls), found["p50"], found["p99"]
    )


def ratios(service: list[Figures], floor: list[Figures]) -> tuple[float, float]:
    """Return the median ratios of throughput and CPU per call, service to floor, pair by pair."""
    pairs = list(zip(service, floor, strict=True))
    rate = statistics.median(ours.rate / raw.rate for ours, raw in pairs)
    return rate, statistics.median(raw.cpu / ours.cpu for ours, raw in pairs if ours.cpu)


def call(path: str, *headers: str) -> str:
    """Return the text of a GET."""
    lines = (f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers)
    return "\r\n".join(lines) + "\r\n\r\n"


def post(path: str, body: str, *headers: str) -> str:
    """Return the text of a POST of JSON (ASCII)."""
    lines = (f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json")
    return "\r\n".join((*lines, *headers, f"Content-Length: {len(body)}")) + "\r\n\r\n" + body


def _wait(port: int) -> None:
    for _ in range(1200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")
