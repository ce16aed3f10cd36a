"""Commands that run things: serve, worker and migrate."""

import logging
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
import uvicorn
from sqlalchemy.exc import ArgumentError

from referral import logs, schema
from referral.app import create_app
from referral.cli import demo
from referral.cli.console import database, now, out, settings
from referral.db import unavailable_is_503
from referral.errors import UnavailableError
from referral.schema import Standing
from referral.settings import Settings
from referral.troubles import Trouble, trouble_of
from referral.web.deps import House
from referral.web.wire import BoundedHttp
from referral.worker import Worker, in_background, mail_of, warn_without

log = logging.getLogger(__name__)
UNKNOWN = (
    "REFERRAL_DATABASE_URL names no database that we know: it takes sqlite:///FILE or "
    "postgresql+psycopg://user:password@host/name."
)
AWAY = "The database does not let us in. Start it, or mend REFERRAL_DATABASE_URL."
# How long a connection may wait for its next call.
IDLE_SECONDS = 5
DEMO_FOLDER = Path(".demo")
# In seconds: what a call in hand may still take when the server is told to stop.
LAST_ANSWERS = 20
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.")]


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="Server processes.", min=1)] = 1,
    *,
    with_demo: Annotated[
        bool, typer.Option("--demo", help="Keep everything in ./.demo, with demo clinics.")
    ] = False,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Run the worker as a thread, too.")
    ] = True,
) -> None:
    """Serve the pages and the API; with several processes, run `referral worker` beside them."""
    logs.to_stderr()
    is_demo = with_demo and workers == 1
    chosen = _demo(f"http://{host}:{port}") if is_demo else _ready()
    place = {"host": host, "port": port, **listening(chosen)}
    if workers > 1:
        warn_without(mail_of(chosen))
        factory = "referral.app:from_environment"
        uvicorn.run(factory, factory=True, workers=workers, **place)
        return
    app = create_app(chosen)
    with _leaving_in_order(), _worker_beside(app.state.house, wanted=with_worker):
        uvicorn.run(app, **place)


def listening(chosen: Settings) -> dict[str, Any]:
    """Return how uvicorn listens: whom it believes, what it tells, and for how long it waits.

    Were nothing said of proxies, it would believe this machine and a variable of its own.
    """
    return {
        "proxy_headers": bool(chosen.trusted_proxies),
        "forwarded_allow_ips": [str(network) for network in chosen.trusted_proxies],
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "http": BoundedHttp,
        "timeout_keep_alive": IDLE_SECONDS,
        "timeout_graceful_shutdown": LAST_ANSWERS,
        "limit_concurrency": chosen.connections,
    }


def worker() -> None:
    """Do the work that happens by itself, until interrupted; the round that runs is finished."""
    logs.to_stderr()
    house = House.of(_ready(), now=now)
    running = Worker.of(house)
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda *_: running.stop.set())
    running.run()
    house.database.engine.dispose()


def migrate() -> None:
    """Bring the database to the newest schema; one that is newer still is left as it is."""
    chosen = settings()
    with _reached():
        with database(chosen) as opened:
            is_newer = schema.standing(opened.engine) is Standing.NEWER
        if is_newer:
            out.print("The database has a newer schema than this program knows; nothing was done.")
            return
        schema.upgrade(chosen.database_url)
    out.print("The database has the newest schema.")


def _worker_beside(house: House, *, wanted: bool) -> AbstractContextManager[None]:
    if wanted:
        return in_background(Worker.of(house))
    warn_without(mail_of(house.settings))
    return nullcontext()


@contextmanager
def _leaving_in_order() -> Iterator[None]:
    """Let SIGTERM end the block as an error would, so that the worker stops in good order, too.

    The server answers what it has in hand, and then raises the signal once more.
    """
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _ready() -> Settings:
    """Return the settings; exit with code 2 where `migrate` was forgotten.

    A database that is away may come yet.
    """
    chosen = settings()
    with suppress(UnavailableError), _reached(), database(chosen) as opened:
        standing = schema.standing(opened.engine)
        if standing is Standing.NEWER:
            log.warning("the database has a newer schema than this program knows; it is served")
        if standing in {Standing.EMPTY, Standing.BEHIND}:
            typer.echo("The database lacks tables of ours: run `referral migrate` first.", err=True)
            raise typer.Exit(2)
    return chosen


@contextmanager
def _reached() -> Iterator[None]:
    """Say in a line of our own that the database is away, or that there is none of its kind."""
    try:
        with unavailable_is_503():
            yield
    except UnavailableError as error:
        if trouble_of(error.__cause__ or error) is Trouble.AWAY:
            raise UnavailableError(AWAY) from None
        raise
    except (ArgumentError, ImportError):
        typer.echo(UNKNOWN, err=True)
        raise typer.Exit(2) from None


def _demo(origin: str) -> Settings:
    chosen = Settings.for_demo(DEMO_FOLDER, origin)
    demo.prepare(chosen, DEMO_FOLDER, now=now())
    return chosen
