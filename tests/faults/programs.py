"""The program's own commands as processes: where they listen, and what they are told."""

import socket
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import httpx

from chaos import PATIENCE, Victim, wait_until
from referral.settings import Settings

MAIN = ["-c", "from referral.cli import main; main()"]


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
    return port


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """Return the variables that say what `settings` says of the database and the keys."""
    return {
        "REFERRAL_DATABASE_URL": settings.database_url,
        "REFERRAL_KEYS": settings.keys.get_secret_value(),
        # Staff of the tests are quicker than those of a clinic.
        "REFERRAL_KEY_CALLS_PER_MINUTE": "1000000",
        **more,
    }


def server(port: int, environment: Mapping[str, str], folder: Path, *options: str) -> Victim:
    """Return `referral serve` on a port, not started yet."""
    return Victim([*MAIN, "serve", "--port", str(port), *options], environment, folder)


def wait_until_ready(origin: str) -> None:
    """Wait until a server that was started answers."""

    def answers() -> bool:
        try:
            return httpx.get(f"{origin}/healthz", timeout=PATIENCE).is_success
        except httpx.HTTPError:
            return False

    wait_until(answers)
