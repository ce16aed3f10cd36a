"""What machines ask that watch the service: alive, ready, and how it stands in numbers."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from starlette.testclient import TestClient

from conftest import Clock
from referral.app import create_app
from referral.settings import Settings
from referral.worker import Worker
from world import house, open_practice, send_request

TOKEN = "a token for the tests alone"  # noqa: S105 - of the tests
BEARER = {"Authorization": f"Bearer {TOKEN}"}
AWAY = "postgresql+psycopg://nobody:secret@127.0.0.1:1/nothing"
on_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})


@contextmanager
def serving(settings: Settings, clock: Clock, **changes: object) -> Iterator[TestClient]:
    """Yield a client of another process of the service."""
    app = create_app(settings.model_copy(update=changes), clock=clock)
    with TestClient(app, base_url=settings.origin) as client:
        yield client
    app.state.house.database.engine.dispose()


def scrape(client: TestClient) -> dict[str, float]:
    """Return what the reference parser reads; labels are part of the name, the process is not."""
    answer = client.get("/metrics", headers=BEARER)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.type in {"gauge", "counter", "histogram"}
        assert family.documentation
        for sample in family.samples:
            labels = [value for name, value in sample.labels.items() if name != "process"]
            found[" ".join([sample.name.removeprefix("referral_"), *labels])] = sample.value
    return found


def test_every_process_tells_the_same_of_the_service_and_its_own_of_calls(
    client: TestClient, settings: Settings, clock: Clock
) -> None:
    sent = send_request(client, open_practice(client).clinic_id)
    client.get(f"/api/v1/follow/{sent['follow_token']}")
    client.request("BREW", "/healthz")
    client.get("/no/such/page")
    Worker.of(house(client)).round()
    clock.now += timedelta(days=3)
    with serving(settings, clock) as another_process:
        here, there = scrape(client), scrape(another_process)

    told = {name: value for name, value in here.items() if not name.startswith("http")}
    assert told == {name: value for name, value in there.items() if not name.startswith("http")}
    assert told["database_up"] == 1
    assert (told["requests requested"], told["requests booked"]) == (1, 0)
    assert told["requests_overdue"] == 1
    assert told["notices waiting"] == 2
    assert told["worker_beat_age_seconds"] == told["notice_overdue_seconds"] == 3 * 86_400
    assert 0 < told["deadline_overdue_seconds"] < 3 * 86_400
    assert (told["worker_sends_mail"], told["webhooks_behind"]) == (0, 0)
    assert here["http_requests_total GET /api/v1/follow/{token} 200"] == 1
    assert here["http_requests_total other /healthz 405"] == 1
    assert here["http_requests_total GET (no route) 404"] == 1
    assert here["http_request_seconds_bucket POST /api/v1/requests +Inf"] == 1
    assert here["http_request_seconds_sum POST /api/v1/requests"] > 0
    assert not [name for name in there if "/api/v1" in name]
    text = client.get("/metrics", headers=BEARER).text
    assert not [secret for secret in (sent["follow_token"], sent["id"]) if secret in text]


@on_one
@pytest.mark.parametrize(
    "given", [None, "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer é"]
)
def test_without_the_token_there_are_no_numbers(client: TestClient, given: str | None) -> None:
    headers: dict[bytes, bytes] = {} if given is None else {b"Authorization": given.encode()}

    answer = client.get("/metrics", headers=headers)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "referral_" not in answer.text


@on_one
def test_without_a_token_in_the_settings_there_is_no_such_page(
    settings: Settings, clock: Clock
) -> None:
    with serving(settings, clock, metrics_token=None) as client:
        assert client.get("/metrics", headers=BEARER).status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer None"}).status_code == 404


def test_a_process_with_its_database_is_ready(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready")


@on_one
def test_without_its_database_a_process_lives_and_is_not_ready(
    settings: Settings, clock: Clock
) -> None:
    with serving(settings, clock, database_url=AWAY) as client:
        alive, ready, told = client.get("/healthz"), client.get("/readyz"), scrape(client)

    assert (alive.status_code, alive.text) == (200, "ok")
    assert (ready.status_code, ready.text) == (503, "The database does not answer.")
    assert (told["database_up"], told["http_requests_total GET /readyz 503"]) == (0, 1)
    assert "requests requested" not in told


@on_one
@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", 503, "lacks migrations"),
        ("DELETE FROM alembic_version", 503, "no tables yet"),
        # While one process after another is renewed, the older ones go on.
        ("UPDATE alembic_version SET version_num = '9999'", 200, "ready"),
    ],
)
def test_readiness_asks_for_the_schema_in_plain_words(
    settings: Settings, clock: Clock, tmp_path: Path, *, change: str, status: int, said: str
) -> None:
    file = shutil.copy(settings.database_url.removeprefix("sqlite:///"), tmp_path / "other.db")
    connection = sqlite3.connect(file)
    connection.execute(change)
    connection.commit()
    connection.close()

    with serving(settings, clock, database_url=f"sqlite:///{file}") as client:
        answer = client.get("/readyz")

    assert (answer.status_code, said in answer.text) == (status, True)
