"""Commands that run things: serve, worker, migrate and keyring."""

import logging
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
import uvicorn

from referral import schema
from referral.app import create_app
from referral.cli import demo
from referral.cli.console import database, now, out, settings
from referral.db import unavailable_is_503
from referral.errors import UnavailableError
from referral.schema import Standing
from referral.settings import Settings, new_ring
from referral.web.access import log_to_stderr
from referral.web.deps import House
from referral.worker import Worker, in_background, mail_of, warn_without

log = logging.getLogger(__name__)
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
    log_to_stderr()
    uvicorn_options: dict[str, Any] = {
        "host": host,
        "port": port,
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "timeout_graceful_shutdown": LAST_ANSWERS,
    }
    if workers > 1:
        warn_without(mail_of(_ready()))
        factory = "referral.app:from_environment"
        uvicorn.run(factory, factory=True, workers=workers, **uvicorn_options)
        return
    chosen = _demo(f"http://{host}:{port}") if with_demo else _ready()
    app = create_app(chosen)
    with _leaving_in_order(), _worker_beside(app.state.house, wanted=with_worker):
        uvicorn.run(app, **uvicorn_options)


def worker() -> None:
    """Do the work that happens by itself, until interrupted; the round that runs is finished."""
    log_to_stderr()
    house = House.of(_ready(), now=now)
    running = Worker.of(house)
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda *_: running.stop.set())
    running.run()
    house.database.engine.dispose()


def migrate() -> None:
    """Bring the database to the newest schema; one that is newer still is left as it is."""
    chosen = settings()
    with unavailable_is_503():
        with database(chosen) as opened:
            is_newer = schema.standing(opened.engine) is Standing.NEWER
        if is_newer:
            out.print("The database has a newer schema than this program knows; nothing was done.")
            return
        schema.upgrade(chosen.database_url)
    out.print("The database has the newest schema.")


def keyring() -> None:
    """Print a fresh key ring for REFERRAL_KEYS. Keep it: without it, nothing can be read."""
    typer.echo(new_ring())


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
    with suppress(UnavailableError), unavailable_is_503(), database(chosen) as opened:
        standing = schema.standing(opened.engine)
        if standing is Standing.NEWER:
            log.warning("the database has a newer schema than this program knows; it is served")
        if standing in {Standing.EMPTY, Standing.BEHIND}:
            typer.echo("The database lacks tables of ours: run `referral migrate` first.", err=True)
            raise typer.Exit(2)
    return chosen


def _demo(origin: str) -> Settings:
    chosen = Settings.for_demo(DEMO_FOLDER, origin)
    demo.prepare(chosen, DEMO_FOLDER, now=now())
    return chosen
