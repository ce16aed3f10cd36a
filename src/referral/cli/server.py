"""Commands that run things: serve, worker and migrate."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from sqlalchemy.exc import ArgumentError

from referral import logs, schema
from referral.app import create_app
from referral.cli import demo
from referral.cli.console import database, now, out, settings
from referral.db import unavailable_is_503
from referral.errors import UnavailableError
from referral.settings import Settings
from referral.web.deps import House
from referral.web.wire import BoundedHttp
from referral.worker import Worker, in_background, mail_of, warn_without

UNKNOWN = (
    "REFERRAL_DATABASE_URL names no database that we know: it takes sqlite:///FILE or "
    "postgresql+psycopg://user:password@host/name."
)
AWAY = "The database does not let us in. Start it, or mend REFERRAL_DATABASE_URL."
# How long a connection may wait for its next call.
IDLE_SECONDS = 5
DEMO_FOLDER = Path(".demo")
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
    if not with_worker:
        warn_without(mail_of(chosen))
        uvicorn.run(app, **place)
        return
    with in_background(Worker.of(app.state.house)):
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
    """Bring the database to the newest schema."""
    chosen = settings()
    with _reached():
        schema.upgrade(chosen.database_url)
    out.print("The database has the newest schema.")


def _ready() -> Settings:
    """Return the settings; exit with code 2 where `migrate` was forgotten.

    A database that is away may come yet.
    """
    chosen = settings()
    with suppress(UnavailableError), _reached(), database(chosen) as opened:
        if schema.is_behind(opened.engine):
            typer.echo("The database lacks tables of ours: run `referral migrate` first.", err=True)
            raise typer.Exit(2)
    return chosen


@contextmanager
def _reached() -> Iterator[None]:
    """Say in a line of our own that the database is away, or that there is none of its kind."""
    try:
        with unavailable_is_503():
            yield
    except UnavailableError:
        raise UnavailableError(AWAY) from None
    except (ArgumentError, ImportError):
        typer.echo(UNKNOWN, err=True)
        raise typer.Exit(2) from None


def _demo(origin: str) -> Settings:
    chosen = Settings.for_demo(DEMO_FOLDER, origin)
    demo.prepare(chosen, DEMO_FOLDER, now=now())
    return chosen
