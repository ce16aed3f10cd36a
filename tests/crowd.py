"""A process that sends many calls at once: `python crowd.py DATABASE_URL KEYS NOW`.

It reads the calls from the first line of its input, waits for a second line so that all processes
of a crowd start together, and writes the answers, as `[status, body]` pairs, in one line.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from starlette.testclient import TestClient

from referral.app import create_app
from referral.settings import Settings

THREADS = 4


@dataclass(frozen=True, slots=True)
class Call:
    """A POST with a JSON body."""

    path: str
    body: dict[str, Any]
    bearer: str = ""
    idempotency_key: str = ""

    def made_by(self, client: TestClient) -> tuple[int, Any]:
        """Make the call and return status and body."""
        headers = {"Authorization": self.bearer, "If-Match": "*"} if self.bearer else {}
        if self.idempotency_key:
            headers["Idempotency-Key"] = self.idempotency_key
        answer = client.post(self.path, json=self.body, headers=headers)
        return answer.status_code, answer.json()


def rush(
    settings: Settings, calls: Sequence[Call], *, processes: int, now: datetime
) -> list[tuple[int, Any]]:
    """Make the calls from several processes at once, and return the answers in their order."""
    keys = settings.keys.get_secret_value() if settings.keys else ""
    command = [sys.executable, __file__, settings.database_url, keys, now.isoformat()]
    crowd = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this file
        for _ in range(processes)
    ]
    for place, process in enumerate(crowd):
        _say(process, json.dumps([astuple(call) for call in calls[place::processes]]))
    for process in crowd:
        assert _heard(process) == "ready"
    for process in crowd:
        _say(process, "go")
    answers: list[tuple[int, Any]] = [(0, None)] * len(calls)
    for place, process in enumerate(crowd):
        answers[place::processes] = json.loads(_heard(process))
        process.communicate()
        assert process.returncode == 0
    return answers


def _say(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def serve(database_url: str, keys: str, now: datetime) -> None:
    """Play one process of the crowd."""
    settings = Settings(
        _env_file=None, keys=SecretStr(keys), database_url=database_url, database_pool=THREADS
    )
    app = create_app(settings, clock=lambda: now)
    with (
        TestClient(app, base_url=settings.origin, raise_server_exceptions=False) as client,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        calls = [Call(*given) for given in json.loads(sys.stdin.readline())]
        client.get("/healthz")
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        answers = list(pool.map(lambda call: call.made_by(client), calls))
        sys.stdout.write(f"{json.dumps(answers)}\n")


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3]))
