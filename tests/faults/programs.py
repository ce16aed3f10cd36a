"""The program's own commands as processes that are killed, stopped and started again."""

import os
import random
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from processes import FORKED
from referral.cli import main
from referral.policies import MOST, POLICIES
from referral.settings import Settings


@dataclass
class Program:
    """A command, forked from a process that has imported it; what it says goes to a file."""

    command: list[str]
    environment: Mapping[str, str]
    folder: Path
    # Changes something in its process before it runs.
    prepare: Callable[[], None] | None = None
    kills: int = 0
    _process: BaseProcess | None = None

    @property
    def said(self) -> str:
        """All that it has said so far."""
        return self._file.read_text(encoding="utf-8") if self._file.exists() else ""

    @property
    def is_running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.is_alive()

    @property
    def threads(self) -> int:
        """How many threads it has: one for each call that waits for the database, and others."""
        return len(list(Path(f"/proc/{self._pid}/task").iterdir()))

    def start(self) -> None:
        """Start it, in a group of its own."""
        self._process = FORKED.Process(
            target=_run, args=(self.command, dict(self.environment), self._file, self.prepare)
        )
        self._process.start()

    def end(self) -> None:
        """Kill it with all that it started, and wait until it is gone."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()

    def ask_to_stop(self) -> None:
        """Tell it to stop, as whoever runs it does."""
        os.kill(self._pid, signal.SIGTERM)

    def exit_code(self, seconds: float) -> int | None:
        """Return how it ended, None where it still runs by then."""
        assert self._process is not None
        self._process.join(seconds)
        return self._process.exitcode

    def kill_and_restart(self) -> None:
        """Kill it and start it anew."""
        self.end()
        self.kills += 1
        self.start()

    def kill_child(self, chance: random.Random) -> None:
        """Kill one of the processes that it started, if there is one by now."""
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()
        if children:
            with suppress(ProcessLookupError):
                os.kill(int(chance.choice(children)), signal.SIGKILL)
            self.kills += 1

    @property
    def _pid(self) -> int:
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    @property
    def _file(self) -> Path:
        return self.folder / f"{'-'.join(self.command[:3])}.log"


def _run(
    command: list[str],
    environment: Mapping[str, str],
    said: Path,
    prepare: Callable[[], None] | None,
) -> None:
    """Be the program: in a session of its own, so that all it starts can be killed together."""
    os.setsid()
    file = os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for opened, stream in ((os.open(os.devnull, os.O_RDONLY), 0), (file, 1), (file, 2)):
        os.dup2(opened, stream)
    # The server hands it on to its processes by its number.
    sys.stdin = os.fdopen(0)
    os.chdir(said.parent)
    os.environ.update(environment)
    if prepare is not None:
        prepare()
    sys.argv = ["referral", *command]
    main()


@contextmanager
def running(*programs: Program) -> Iterator[None]:
    """Start them all, and leave none behind."""
    try:
        for program in programs:
            program.start()
        yield
    finally:
        for program in programs:
            program.end()


def server(settings: Settings, folder: Path, *options: str) -> tuple[Program, str]:
    """Return `referral serve`, not started yet, and its address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    command = ["serve", "--port", str(port), *options]
    return Program(command, environment(settings), folder), f"http://127.0.0.1:{port}"


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """Return the variables that say what `settings` says of the database and the keys."""
    return {
        "REFERRAL_DATABASE_URL": settings.database_url,
        "REFERRAL_KEYS": settings.keys.get_secret_value(),
        # All calls of the tests come from one address, and have one key.
        "REFERRAL_KEY_CALLS_PER_MINUTE": str(MOST),
        "REFERRAL_LIMITS": ",".join(f"{name}={MOST}" for name in POLICIES),
        **more,
    }
