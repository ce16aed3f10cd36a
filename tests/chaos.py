"""Processes that are killed and started again, and readers who come back each time."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from hearing import EVENTS, STREAM, told
from world import Json

PATIENCE = 60.0
A_MOMENT = 0.1


@dataclass
class Victim:
    """A process under `command` that is killed without a warning and started again."""

    command: list[str]
    environment: Mapping[str, str]
    folder: Path
    kills: int = 0
    _process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The number of its process, and of the group of all that it starts."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, in a group of its own; what it says goes to a file."""
        with (self.folder / "said").open("ab") as said:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                [sys.executable, *self.command],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **self.environment},
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def end(self) -> None:
        """Kill it with all that it started, and wait until it is gone."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self, seconds: float) -> int:
        """Ask it to stop, and return its exit code; TimeoutExpired where it does not."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(seconds)

    def kill_child(self, chance: random.Random) -> None:
        """Kill one of the processes that it started, if there is one by now."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        if children:
            with suppress(ProcessLookupError):
                os.kill(int(chance.choice(children)), signal.SIGKILL)
            self.kills += 1

    def kill_and_restart(self) -> None:
        """Kill it and start it anew."""
        self.end()
        self.kills += 1
        self.start()


@contextmanager
def running(*victims: Victim) -> Iterator[None]:
    """Start them all, and leave none behind."""
    try:
        for victim in victims:
            victim.start()
        yield
    finally:
        for victim in victims:
            victim.end()


@dataclass
class Reader:
    """Reads one form of the feed until `until` has come, starting again where it was cut."""

    base_url: str
    bearer: Mapping[str, str]
    events: list[Json] = field(default_factory=list)
    until: int = sys.maxsize
    ended: threading.Event = field(default_factory=threading.Event)
    cuts: int = 0

    @property
    def last(self) -> int:
        """The number of the last event that was read."""
        number: int = self.events[-1]["number"] if self.events else 0
        return number

    def pages(self, client: httpx.Client) -> None:
        """Read a page after the last number."""
        query = {"after": self.last, "limit": 7}
        answer = client.get(EVENTS, params=query, headers=dict(self.bearer)).raise_for_status()
        self.events += answer.json()["items"]
        self.ended.wait(A_MOMENT)

    def stream(self, client: httpx.Client) -> None:
        """Listen after the last event, until the stream is cut."""
        headers = {**self.bearer, "Last-Event-ID": str(self.last)}
        with client.stream("GET", STREAM, headers=headers) as answer:
            block: dict[str, str] = {}
            for line in answer.raise_for_status().iter_lines():
                name, _, value = line.partition(": ")
                if line:
                    block[name] = value
                    continue
                if "data" in block:
                    self.events.append(told(block))
                if self.last >= self.until:
                    return
                block = {}

    def read_on(self, read: Callable[[httpx.Client], None]) -> None:
        """Read until the end has come, or the test gives up."""
        with httpx.Client(base_url=self.base_url, timeout=20) as client:
            while self.last < self.until and not self.ended.is_set():
                try:
                    read(client)
                except httpx.HTTPError:
                    self.cuts += 1
                    self.ended.wait(A_MOMENT)


def kept(file: Path) -> list[Json]:
    """Return what a receiver wrote down, in the order of arrival."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [json.loads(line) for line in lines]


def size_of(file: Path) -> int:
    """Return how much a receiver has written down."""
    return file.stat().st_size if file.exists() else 0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for other processes, which give no sign but what they do."""
    never, waited = threading.Event(), 0.0
    while not is_so():
        assert waited < PATIENCE, "nothing moves any more"
        never.wait(A_MOMENT)
        waited += A_MOMENT
