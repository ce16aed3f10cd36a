"""Processes that send many calls at once, all from the same moment on."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from threading import Barrier
from typing import Any

from starlette.testclient import TestClient

from processes import FORKED
from referral.app import create_app
from referral.settings import Settings

THREADS = 4
Answers = list[tuple[int, Any]]


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


Part = tuple[Sequence[Call], Connection]


def rush(
    settings: Settings,
    calls: Sequence[Call],
    *,
    processes: int,
    now: datetime,
    begun: Callable[[], None] = lambda: None,
) -> Answers:
    """Make the calls from several processes at once, and return status and body in their order.

    `begun` is called as the first of them go out.
    """
    together = FORKED.Barrier(processes + 1, timeout=60)
    given = settings.model_copy(update={"database_pool": THREADS})
    crowd = []
    for place in range(processes):
        heard, said = FORKED.Pipe(duplex=False)
        part = calls[place::processes], said
        process = FORKED.Process(target=_serve, args=(given, now, together, part))
        process.start()
        # Its end is now the only one: if it dies, we hear so.
        said.close()
        crowd.append((process, heard))
    together.wait()
    begun()
    answers: Answers = [(0, None)] * len(calls)
    for place, (process, heard) in enumerate(crowd):
        answers[place::processes] = heard.recv()
        process.join()
        assert process.exitcode == 0
    return answers


def _serve(settings: Settings, now: datetime, together: Barrier, part: Part) -> None:
    """Play one process of the crowd."""
    app = create_app(settings, clock=lambda: now)
    calls, said = part
    with (
        TestClient(app, base_url=settings.origin, raise_server_exceptions=False) as client,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        client.get("/healthz")
        together.wait()
        said.send(list(pool.map(lambda call: call.made_by(client), calls)))
