"""PostgreSQL servers of a test's own, to be killed, restarted and promoted."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

import postgresql
from referral import schema

NAME = "referral"


@dataclass(frozen=True, slots=True)
class Server:
    """A server on a port of this machine; its data lie in `folder`."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The address of the service's database on this server alone."""
        return address(self)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-k '' -h 127.0.0.1 -p {self.port} -c fsync=off -c max_connections=60"
        # How long a standby waits before it asks again for a primary that has gone.
        options += " -c wal_retrieve_retry_interval=100ms"
        self._control("-w", "-l", f"{self.folder}.log", "-o", options, "start")

    def restart(self) -> None:
        """Restart it as after a crash: whoever is connected is cut off."""
        self._control("-w", "-m", "immediate", "restart")

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
        """Stop it, if it runs."""
        if (self.folder / "postmaster.pid").exists():
            with suppress(Exception):
                self._control("-m", "immediate", "stop")

    def run(self, statement: str, name: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement, and return its rows if it has some."""
        with psycopg.connect(address(self, name=name), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def _control(self, *what: object) -> None:
        postgresql._call(postgresql._tools() / "pg_ctl", "-D", self.folder, *what)


def address(*servers: Server, name: str = NAME) -> str:
    """Return the address of a database that one of several servers holds, as the settings take it.

    The driver takes the one that accepts writes.
    """
    hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in servers)
    which = "&target_session_attrs=read-write" if len(servers) > 1 else ""
    if name != NAME:
        return f"postgresql://postgres@127.0.0.1:{servers[0].port}/{name}"
    return f"postgresql+psycopg://postgres@/{name}?{hosts}{which}"


@contextmanager
def primary_and_standby() -> Iterator[tuple[Server, Server]]:
    """Run a server with the service's schema, and another that confirms each of its commits."""
    # Not in pytest's own folder: nobody cannot enter that.
    with TemporaryDirectory(prefix="referral-") as parent:
        folder = Path(parent)
        postgresql._give_to_nobody(folder)
        primary, standby = Server(folder / "a", _port()), Server(folder / "b", _port())
        try:
            _make(primary)
            _follow(standby, primary)
            yield primary, standby
        finally:
            for server in (standby, primary):
                server.end()


def _make(server: Server) -> None:
    tools = postgresql._tools()
    options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    postgresql._call(tools / "initdb", "-D", server.folder, *options)
    server.start()
    server.run(f"CREATE DATABASE {NAME}")
    schema.upgrade(server.url)


def _follow(standby: Server, primary: Server) -> None:
    """Copy the primary, start the copy, and from then on commit nothing without it."""
    copy = ("-h", "127.0.0.1", "-p", primary.port, "-U", "postgres", "-D", standby.folder)
    how = ("-R", "-c", "fast", "-X", "stream", "--no-sync")
    postgresql._call(postgresql._tools() / "pg_basebackup", *copy, *how)
    standby.start()
    primary.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.run("SELECT pg_reload_conf()")


def _port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port
