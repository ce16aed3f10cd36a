"""Nothing typed and nothing secret gets into a log line, an error, a metric: by real processes."""

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url
from starlette.testclient import TestClient

from chaos import wait_until
from post_office import PostOffice
from receiver import Receiver, open_receiver
from referral.settings import Settings
from referral.staff.scopes import Scope
from silence import MARK, REFUSED, Walk, free_port, running, speak_badly
from world import Json, Practice, add_key, open_practice

PASSWORD, METRICS = "a-password-of-the-operator", "a-token-for-the-metrics"
OF_A_CALL = {"at", "level", "method", "route", "status", "ms", "request_id"}
# SQLite has triggers in one line: a database that refuses what it should take.
BROKEN = "CREATE TRIGGER broken BEFORE INSERT ON notes BEGIN SELECT RAISE(ABORT, 'broken'); END"


@pytest.fixture
def clock() -> object:
    return lambda: datetime.now(UTC)


def environment(settings: Settings, office: PostOffice) -> dict[str, str]:
    mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(office.port), "SMTP_SECURITY": "none"}
    rest = {"OPERATOR_EMAIL": "operator@example.com", "WEBHOOK_PRIVATE_TARGETS": "true"}
    own = {
        "KEYS": settings.keys.get_secret_value(),
        "DATABASE_URL": settings.database_url,
        "OPERATOR_PASSWORD": PASSWORD,
        "METRICS_TOKEN": METRICS,
    }
    return {f"REFERRAL_{name}": value for name, value in (mail | rest | own).items()}


def shown(answer: httpx.Response) -> str:
    """Return what an answer says, but for fields filled in as typed, and its own address."""
    return re.sub(r' (value|href)="[^"]*"', "", answer.text) + str(answer.headers)


def is_in(said: str, word: str) -> bool:
    return word.casefold() in said.casefold()


def lines(file: Path) -> list[Json]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def hook(client: TestClient, receiver: Receiver, practice: Practice) -> str:
    """Name where the clinic's events go, and return the secret."""
    _, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    bearer = {"Authorization": f"Bearer {key}"}
    made = client.post(
        "/api/v1/webhooks", json={"url": f"{receiver.url}?{MARK}", "label": MARK}, headers=bearer
    )
    return str(made.json()["secret"])


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_private_targets": True})


@dataclass(frozen=True, slots=True)
class Outside:
    """Who the service sends to."""

    office: PostOffice
    receiver: Receiver


@pytest.fixture
def outside(office: PostOffice) -> Iterator[Outside]:
    """A mail server and a receiver of events that refuse, in words of their own."""
    office.to_recipient = {REFUSED: f"550 5.1.1 no such user {MARK}"}
    with open_receiver() as receiver:
        receiver.answers = [(500, {"Location": f"https://{MARK}.example"})]
        yield Outside(office, receiver)


def has(file: Path, words: str) -> bool:
    return file.exists() and words in file.read_text(encoding="utf-8")


def break_notes(settings: Settings) -> None:
    """Let the database refuse what it should take."""
    with sqlite3.connect(str(make_url(settings.database_url).database)) as file:
        file.execute(BROKEN)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_byte_of_what_is_typed_or_secret_is_told(
    client: TestClient, settings: Settings, outside: Outside, tmp_path: Path
) -> None:
    practice, port = open_practice(client), free_port()
    served, worked = tmp_path / "served", tmp_path / "worked"
    secret = hook(client, outside.receiver, practice)
    given = environment(settings, outside.office)
    serve = ["serve", "--port", str(port), "--no-worker"]
    with running(serve, given, served), httpx.Client(base_url=f"http://127.0.0.1:{port}") as calls:
        wait_until(lambda: has(served, "Uvicorn running"))
        walk = Walk(calls, practice)
        walk.whole()
        speak_badly(port)
        break_notes(settings)
        broken = walk.note("broken")
        with running(["worker"], given, worked):
            wait_until(lambda: has(worked, "notices were settled"))
            outside.receiver.wait_for(1)
        metrics = calls.get("/metrics", headers={"Authorization": f"Bearer {METRICS}"}).text

    told = {"serve": served.read_text(), "worker": worked.read_text(), "metrics": metrics}
    told |= {f"{one.status_code} {one.url.path}": shown(one) for one in walk.refusals}
    ring = given["REFERRAL_KEYS"].partition(":")[2]
    words = {MARK, practice.key, secret, PASSWORD, METRICS, ring, *walk.secrets}
    assert [(where, word) for where in told for word in words if is_in(told[where], word)] == []

    ended = [line for line in lines(served) if line["message"] == "call"]
    assert len(ended) > len(walk.refusals) > 15
    assert all(line.keys() >= OF_A_CALL for line in ended)
    (bug,) = [line for line in lines(served) if line["level"] == "error"]
    assert (bug["error"], bug["request_id"]) == ("IntegrityError", broken.headers["x-request-id"])
    assert (broken.status_code, "content-security-policy" in broken.headers) == (500, True)
    rounds = [line for line in lines(worked) if line["logger"] == "referral.worker"]
    assert [line for line in rounds if "round" not in line] == []
