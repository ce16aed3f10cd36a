"""PostgreSQL servers of a test's own, to be killed, restarted and promoted."""

import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import TemporaryDirectory

import psycopg

import postgresql
from faults.disks import Disk
from referral import schema

NAME = "referral"


@dataclass(frozen=True, slots=True)
class Server:
    """A server on a port of this machine; its data lie in `folder`.

    `inside` is what its commands begin with, where they are to find that folder.
    """

    folder: Path
    port: int
    inside: Sequence[str] = ()

    @property
    def url(self) -> str:
        """The address of the service's database on this server alone."""
        return address(self)

    @property
    def said(self) -> str:
        """All that it has said so far."""
        return self._log.read_text(encoding="utf-8")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-k '' -h 127.0.0.1 -p {self.port} -c fsync=off -c max_connections=60"
        # How long a standby waits before it asks again for a primary that has gone.
        options += " -c wal_retrieve_retry_interval=100ms"
        self._control("-w", "-l", self._log, "-o", options, "start")

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """Have a standby hear nothing of its primary for as long as the block lasts."""
        ((receiver,),) = self.run("SELECT pid FROM pg_stat_wal_receiver")
        os.kill(int(str(receiver)), signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(int(str(receiver)), signal.SIGCONT)

    @property
    def waits_for_its_standby(self) -> bool:
        """Whether a commit is to be confirmed by the standby, and is not yet."""
        return bool(self.run("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))

    def promote(self) -> None:
        """Make a standby take writes."""
        self._control("-w", "promote")

    def kill(self) -> None:
        """Kill all its processes at once, as a machine does that loses power."""
        file = self.folder / "postmaster.pid"
        first = int(file.read_text().split()[0])
        others = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for pid in (first, *map(int, others)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        file.unlink()

    def end(self) -> None:
        """Stop it as a crash does, if it runs: whoever is connected is cut off."""
        with suppress(CalledProcessError):
            self._control("-m", "immediate", "stop")

    def run(self, statement: str, name: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement in the database called `name`, and return its rows if it has some."""
        place = f"host=127.0.0.1 port={self.port} user=postgres dbname={name}"
        with psycopg.connect(place, autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def make(self) -> None:
        """Give it the service's schema, and leave it running."""
        options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self._call("initdb", *options)
        self.start()
        self.run(f"CREATE DATABASE {NAME}")
        schema.upgrade(self.url)

    def follow(self, primary: "Server") -> None:
        """Copy a primary and start the copy; from then on that commits nothing without it."""
        source = ("-h", "127.0.0.1", "-p", primary.port, "-U", "postgres")
        self._call("pg_basebackup", *source, "-R", "-c", "fast", "-X", "stream", "--no-sync")
        self.start()
        primary.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.run("SELECT pg_reload_conf()")

    @property
    def _log(self) -> Path:
        return self.folder.with_suffix(".log")

    def _control(self, *what: object) -> None:
        self._call("pg_ctl", *what)

    def _call(self, tool: str, *what: object) -> None:
        command = (postgresql._tools() / tool, "-D", self.folder, *what)
        postgresql._call(*command, inside=self.inside)


def address(*servers: Server) -> str:
    """Return the address of the service's database on these servers, as the settings take it.

    The driver takes the one that accepts writes.
    """
    hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in servers)
    which = "&target_session_attrs=read-write" if len(servers) > 1 else ""
    return f"postgresql+psycopg://postgres@/{NAME}?{hosts}{which}"


@contextmanager
def primary_and_standby() -> Iterator[tuple[Server, Server]]:
    """Run a server with the service's schema, and another that confirms each of its commits."""
    # Not in pytest's own folder: nobody cannot enter that.
    with TemporaryDirectory(prefix="referral-") as parent:
        folder = Path(parent)
        postgresql._give_to_nobody(folder)
        primary, standby = Server(folder / "a", _port()), Server(folder / "b", _port())
        with ended(standby, primary):
            primary.make()
            standby.follow(primary)
            yield primary, standby


@contextmanager
def on_disk(disk: Disk) -> Iterator[Server]:
    """Run a server with the service's schema that has all its data on a small disk."""
    server = Server(disk.folder, _port(), disk.inside)
    with ended(server):
        server.make()
        yield server


@contextmanager
def ended(*servers: Server) -> Iterator[None]:
    """Leave none of them running."""
    try:
        yield
    finally:
        for server in servers:
            server.end()


def _port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port
