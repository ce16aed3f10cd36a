"""Other people's tools judge the OpenAPI document: linters, and makers of clients that then work.

Needs Node with npx; the tools themselves are fetched, in the versions named here. Each is told to
fail where it would only warn.
"""

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from pydantic import SecretStr

import all_checks
from referral.app import create_app
from referral.settings import Settings, new_ring

HERE = Path(__file__).parent
UV = [str(Path(sys.executable).with_name("uv")), "run", "--isolated", "--no-project"]
MAKER = [*UV, "--with", "openapi-python-client==0.29.1"]
STEPS: Sequence[Sequence[str]] = (
    ["npx", "--yes", "@redocly/cli@2.77.0", "lint", "--extends=recommended-strict", "openapi.json"],
    [
        *("npx", "--yes", "@stoplight/spectral-cli@6.16.3", "lint", "--fail-severity=hint"),
        *("--ruleset=spectral.yaml", "openapi.json"),
    ],
    ["npx", "--yes", "openapi-typescript@7.13.0", "openapi.json", "--output=client.ts"],
    [
        *("npx", "--yes", "--package=typescript@5.9.3"),
        *("tsc", "--strict", "--noEmit", "--skipLibCheck", "false", "client.ts"),
    ],
    [*MAKER, "openapi-python-client", "generate", "--path=openapi.json", "--fail-on-warning"],
)
# A server takes a second to start; waits between tries grow.
TRIES = 7


def main() -> int:
    """Run every step, and return how many failed."""
    if shutil.which("npx") is None:
        sys.exit("No npx: install Node 20 or newer, which brings it.")
    with TemporaryDirectory(prefix="contract-") as name:
        folder = Path(name)
        settings = Settings(_env_file=None, keys=SecretStr(new_ring()))
        (folder / "openapi.json").write_text(json.dumps(create_app(settings).openapi()))
        (folder / "spectral.yaml").write_text("extends: ['spectral:oas']\n")
        failed = sum(not passes(step, folder) for step in STEPS)
        with demo(folder) as environment:
            job = [*MAKER, "python", str(HERE / "staff_job.py")]
            failed += not passes(job, folder, environment)
    return failed + all_checks.main()


def passes(step: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> bool:
    """Run a step, show what it says, and tell whether it was content."""
    print("$", shlex.join(step), flush=True)
    done = subprocess.run(  # noqa: S603 - the tools above
        step,
        cwd=folder,
        env=os.environ | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(done.stdout, flush=True)
    return done.returncode == 0


@contextmanager
def demo(folder: Path) -> Iterator[dict[str, str]]:
    """Serve the demo, and yield where it is and the key of its staff as variables."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    serve = [sys.executable, "-c", "from referral.cli import main; main()", "serve", "--demo"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own service
            [*serve, "--port", origin.rpartition(":")[2]], cwd=folder, stdout=log, stderr=log
        )
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=TRIES), base_url=origin) as caller:
            caller.get("/healthz").raise_for_status()
        key = (folder / ".demo" / "staff-key").read_text(encoding="utf-8").splitlines()[2]
        yield {"ORIGIN": origin, "KEY": key}
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
