"""Whatever is killed and whenever: in the end all three forms of the feed have told the same.

More kills by hand: `REFERRAL_TEST_KILLS=60 pytest tests/webhooks/test_chaos.py -s`.
"""

import os
import random
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, islice
from pathlib import Path

import httpx
from starlette.testclient import TestClient

import receiver
import webhook_worker
from chaos import Reader, Victim, kept, running, size_of, wait_until
from referral.settings import Settings
from webhook_desk import Desk
from world import Json, request_body

KILLS = int(os.environ.get("REFERRAL_TEST_KILLS", "3"))
BETWEEN_EVENTS = 0.1
REQUESTS = 12


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that runs: each of `victims` may be killed at any time."""

    victims: dict[str, Victim]
    base_url: str
    file: Path

    def progress_of(self, name: str, cursor: Reader) -> int:
        """Return a number that grows while a victim works."""
        return cursor.last if name == "server" else size_of(self.file)


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def staged(desk: Desk, settings: Settings, folder: Path) -> Iterator[Stage]:
    """Run a server, a worker and a receiver, each a process, and a webhook to the last."""
    serving, receiving, file = free_port(), free_port(), folder / "kept"
    webhook = desk.add(f"http://127.0.0.1:{receiving}/", after=0)
    environment = {
        "REFERRAL_DATABASE_URL": settings.database_url,
        "REFERRAL_KEYS": settings.keys.get_secret_value(),
        "REFERRAL_WEBHOOK_PRIVATE_TARGETS": "true",
    }
    serve = ["-c", "from referral.cli import main; main()", "serve", "--no-worker"]
    commands = {
        "server": [*serve, "--port", str(serving)],
        "worker": [webhook_worker.__file__],
        "receiver": [receiver.__file__, str(receiving), webhook["secret"], str(file)],
    }
    victims = {name: Victim(command, environment, folder) for name, command in commands.items()}
    with running(*victims.values()):
        yield Stage(victims, f"http://127.0.0.1:{serving}", file)


def test_all_three_forms_tell_the_same_whatever_is_killed(
    client: TestClient, desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    chance = random.Random(7)  # noqa: S311 - which one is killed is no secret
    with staged(desk, settings, tmp_path) as stage, ThreadPoolExecutor(3) as pool:
        cursor, listener = (Reader(stage.base_url, desk.bearer) for _ in range(2))
        killed = threading.Event()
        jobs = [
            pool.submit(cursor.read_on, cursor.pages),
            pool.submit(listener.read_on, listener.stream),
            pool.submit(go_on, desk, stage.base_url, killed),
        ]
        try:
            kill_all_around(stage, cursor, chance)
            killed.set()
            jobs.pop().result()
            total = whole(client, desk)[-1]["number"] + 1
            cursor.until = listener.until = total
            desk.happen()
            wait_until(lambda: any(one["told"]["number"] == total for one in kept(stage.file)))
            wait_until(lambda: all(job.done() for job in jobs))
        finally:
            killed.set()
            cursor.ended.set()
            for victim in stage.victims.values():
                victim.end()

    arrived = kept(stage.file)
    once = first_of_each(arrived)
    truth = whole(client, desk)
    kills = {name: victim.kills for name, victim in stage.victims.items()}
    print(  # noqa: T201 - what was tried
        f"\nkills {kills}, events {len(truth)}, cuts of the cursor {cursor.cuts} and of the stream"
        f" {listener.cuts}, repeats {len(arrived) - len(once)}"
    )
    assert [one["number"] for one in truth] == list(range(1, len(truth) + 1))
    assert cursor.events == truth
    assert listener.events == truth
    assert once == truth


def kill_all_around(stage: Stage, cursor: Reader, chance: random.Random) -> None:
    """Kill one after another, each once it has done something since it was started."""
    names = sorted(stage.victims)
    order = chain.from_iterable(chance.sample(names, len(names)) for _ in range(KILLS))
    for name in islice(order, KILLS):
        before = stage.progress_of(name, cursor)
        wait_until(lambda: stage.progress_of(name, cursor) > before)  # noqa: B023 - called at once
        threading.Event().wait(chance.uniform(0, 0.1))
        stage.victims[name].kill_and_restart()


def go_on(desk: Desk, base_url: str, killed: threading.Event) -> None:
    """Let things happen until the killing is over: in this process, and through the server."""
    day = date.today() + timedelta(days=7 - date.today().weekday())  # noqa: DTZ011 - next Monday, anywhere
    windows = [{"date": f"{day}", "part": "morning"}]
    bodies = [
        request_body(desk.client, desk.clinic_id, preferred_windows=windows)
        for _ in range(REQUESTS)
    ]
    with httpx.Client(base_url=base_url, timeout=5) as caller:
        while not killed.wait(BETWEEN_EVENTS):
            desk.happen()
            if bodies:
                send(caller, bodies)


def send(caller: httpx.Client, bodies: list[Json]) -> None:
    """Send the next request; a server that is killed meanwhile has stored all of it or nothing."""
    try:
        answer = caller.post("/api/v1/requests", json=bodies[-1])
    except httpx.HTTPError:
        return
    assert answer.status_code == 201, answer.text
    bodies.pop()


def first_of_each(arrived: list[Json]) -> list[Json]:
    """Return the events in the order of their first arrival."""
    firsts: dict[str, Json] = {}
    for one in arrived:
        firsts.setdefault(one["id"], one["told"])
    return list(firsts.values())


def whole(client: TestClient, desk: Desk) -> list[Json]:
    """Return all events of the clinic, as this process reads them."""
    events: list[Json] = []
    while page := client.get(
        "/api/v1/events",
        params={"after": len(events), "limit": 500},
        headers=desk.bearer,
    ).json()["items"]:
        events += page
    return events
