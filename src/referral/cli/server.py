"""Commands that run things: serve, worker, migrate, health and keyring."""

import logging
import os
from pathlib import Path
from typing import Annotated

import httpx
import typer
import uvicorn

from referral import schema, worker
from referral.app import create_app, from_environment
from referral.cli import demo
from referral.cli.console import database, out, settings
from referral.settings import Settings, new_ring

DEMO_FOLDER = Path(".demo")
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    for command in (serve, work, migrate, health, keyring):
        app.command("worker" if command is work else None)(command)


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="Server processes.", min=1)] = 1,
    *,
    with_demo: Annotated[
        bool, typer.Option("--demo", help="Keep everything in ./.demo, with demo clinics.")
    ] = False,
) -> None:
    """Serve the pages and the API."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    if with_demo:
        chosen = Settings.for_demo(DEMO_FOLDER, f"http://{host}:{port}")
        demo.prepare(chosen, DEMO_FOLDER)
    else:
        chosen = settings()
    common = {"host": host, "port": port, "access_log": False, "log_config": None}
    if workers > 1:
        _serve_many(chosen, workers, common)
        return
    with worker.in_background(chosen):
        uvicorn.run(create_app(chosen), **common)
