"""Schemathesis over the whole document with all its checks, on both databases, with valid keys.

What it sends is random, so that some calls break rules that JSON Schema cannot say; which calls
have such rules, and which rules, is written in tests/web/test_api_contract.py.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import HttpUrl, SecretStr
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from live import serving
from postgresql import start_cluster
from referral import schema
from referral.app import create_app
from referral.settings import Settings, new_ring
from referral.staff.scopes import Scope
from web.test_api_contract import ENDLESS, RULES_BEYOND
from world import add_key, open_practice

REFUSED_BY_A_RULE = ["2xx", "401", "403", "404", "409", "412", "422", "428", "429"]
COMMAND = [str(Path(sys.executable).with_name("schemathesis")), "--config-file=schemathesis.toml"]
RUN = ["run", "--checks=all", "--seed=1", "--max-examples=20", "--no-color"]


def main() -> int:
    """Check the service on SQLite, then on PostgreSQL, and return how often something was found."""
    with TemporaryDirectory(prefix="contract-") as name:
        folder = Path(name)
        (folder / "schemathesis.toml").write_text(configuration())
        found = checked(f"sqlite:///{folder / 'referral.db'}", folder)
        with start_cluster(folder) as cluster:
            return found + checked(cluster.create(), folder)


def configuration() -> str:
    """Return the rules and the hook as schemathesis reads them."""
    hooks = f"hooks = {json.dumps(str(Path(__file__).with_name('own_keys.py')))}\n\n"
    return hooks + "".join(
        f"# {why}\n[[operations]]\ninclude-name = {json.dumps(f'{method} {path}')}\n"
        f"checks.positive_data_acceptance.expected-statuses = {json.dumps(REFUSED_BY_A_RULE)}\n\n"
        for (method, path), why in RULES_BEYOND.items()
    )


def checked(database_url: str, folder: Path) -> bool:
    """Say whether schemathesis found a fault of the service on a database."""
    schema.upgrade(database_url)
    with served(database_url) as (origin, key):
        left_out = [f"--exclude-path={path}" for _, path in ENDLESS]
        call = [f"{origin}/api/v1/openapi.json", "-H", f"Authorization: Bearer {key}", *left_out]
        print("$ schemathesis", *RUN, "on", database_url.partition(":")[0], flush=True)
        return subprocess.run([*COMMAND, *RUN, *call], cwd=folder, check=False).returncode != 0  # noqa: S603 - our own service


@contextmanager
def served(database_url: str) -> Iterator[tuple[str, str]]:
    """Serve the application on a free port; yield its address and a key that may do everything."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings(
            _env_file=None,
            keys=SecretStr(new_ring()),
            database_url=database_url,
            database_pool=5,
            base_url=HttpUrl(origin),
            webhook_private_targets=True,
            key_calls_per_minute=1_000_000,
        )
        app = create_app(settings)
        client = TestClient(app, base_url=origin)
        _, key = add_key(client, open_practice(client).clinic_id, Scope.ADMIN)
        with serving(app, listener):
            yield origin, key
        app.state.house.database.engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
