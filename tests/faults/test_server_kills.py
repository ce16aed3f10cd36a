"""Acknowledged means stored: the server is killed at random under load, and nothing is lost.

`make chaos` kills it fifty times on each database.
"""

import os
import random
import threading
from pathlib import Path

from starlette.testclient import TestClient

from faults.audit import audit
from faults.load import Load, filled_in, under_load, wait_for_answers
from faults.programs import Program, running, server
from referral.settings import Settings
from world import Practice, house

KILLS = int(os.environ.get("REFERRAL_TEST_KILLS", "2"))
FORMS_FOR_EACH = 4
OPTIONS = {"sqlite": [], "postgresql": ["--workers", "2"] if KILLS > 2 else []}


def test_what_a_killed_server_has_acknowledged_is_there_once(
    client: TestClient, settings: Settings, practice: Practice, tmp_path: Path
) -> None:
    chance = random.Random(11)  # noqa: S311 - when it is killed is no secret
    options = OPTIONS[house(client).database.engine.dialect.name]
    victim, origin = server(settings, tmp_path, "--no-worker", *options)
    forms = filled_in(client, practice, KILLS * FORMS_FOR_EACH)
    load = Load(practice, [origin], forms)
    with running(victim), under_load(load):
        for _ in range(KILLS):
            kill(victim, load, chance)
        wait_for_answers(load, 5)

    found = audit(client, load)
    print(f"\n{victim.kills} kills: {load.said()}; {found}")  # noqa: T201 - what was tried
    assert found.doubles == 0
    assert victim.kills >= KILLS


def kill(victim: Program, load: Load, chance: random.Random) -> None:
    """Kill the server once it has answered since it was started: all of it, or one process."""
    wait_for_answers(load, chance.randint(1, 12))
    threading.Event().wait(chance.uniform(0, 0.1))
    if "--workers" in victim.command and chance.random() < 0.5:
        victim.kill_child(chance)
    else:
        victim.kill_and_restart()
