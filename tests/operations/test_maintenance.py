"""A closed service: what goes on, what people are told, and that every process sees the sign."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from conftest import Clock
from filling_in import TYPED, answer_the_questions
from referral import cli
from referral.app import create_app
from referral.settings import Settings
from referral.web.maintenance import Sign
from world import BY_LEVEL, MILD, open_practice

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Run = Callable[..., str]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"maintenance_file": tmp_path / "maintenance"})


@pytest.fixture
def run(settings: Settings) -> Run:
    """Run a command of the operator's and return what it prints."""
    env = {
        "REFERRAL_KEYS": settings.keys.get_secret_value(),
        "REFERRAL_MAINTENANCE_FILE": str(settings.maintenance_file),
        "REFERRAL_EMERGENCY_NUMBER": "112",
    }

    def run(*command: str) -> str:
        result = CliRunner(env=env).invoke(cli.app, ["maintenance", *command])
        assert result.exit_code == 0, result.output
        return result.output

    return run


@pytest.fixture
def processes(settings: Settings, client: TestClient, clock: Clock) -> Iterator[list[TestClient]]:
    other = create_app(settings, clock=clock)
    yield [client, TestClient(other, base_url=settings.origin)]
    other.state.house.database.engine.dispose()


def test_a_closed_service_says_so_everywhere_and_answers_what_needs_no_database(
    processes: list[TestClient], run: Run
) -> None:
    client = processes[0]
    clinic = f"/clinics/{open_practice(client).clinic_id}"
    run("on")

    for process in processes:
        pages = ("/clinics", clinic, f"{clinic}/request", "/find", "/none", "/api/v1/questions")
        assert {process.get(page).status_code for page in pages} == {503}
        open_pages = ("/", "/articles/back-spasms", "/check", "/healthz", "/readyz")
        assert {process.get(page).status_code for page in open_pages} == {200}
    page, problem = client.get("/clinics"), client.get("/api/v1/clinics?zip=10001")
    assert "<h1>We are at work on this service</h1>" in page.text
    assert 'href="tel:911"' in page.text
    assert (problem.json()["code"], problem.headers["retry-after"]) == ("maintenance", "300")
    assert problem.headers["content-type"] == "application/problem+json"
    assert answer_the_questions(client, MILD | BY_LEVEL["emergency"]) == "/check/outcome"
    assert "Get emergency help now" in client.get("/check/outcome").text

    answer_the_questions(client)
    client.post(f"{clinic}/request", data=TYPED)
    run("off")
    assert 'value="Sam Sample"' in client.get(f"{clinic}/request").text


@pytest.mark.parametrize(
    ("minutes", "said", "seconds"),
    [
        (4, "We will be back soon. Please try again in a few minutes.", 300),
        (20, "We will be back in about 20 minutes.", 1200),
        (90, "We will be back in about 90 minutes.", 5400),
        (150, "We will be back in about 2 hours.", 9000),
        (-60, "We will be back soon. Please try again in a few minutes.", 300),
    ],
)
def test_it_says_how_long_it_may_take(
    client: TestClient,
    settings: Settings,
    clock: Clock,
    *,
    minutes: int,
    said: str,
    seconds: int,
) -> None:
    until = datetime.fromtimestamp(clock.now.timestamp() + minutes * 60, tz=clock.now.tzinfo)
    Sign(settings.maintenance_file).put_up(until=until)

    page = client.get("/find")

    assert (page.status_code, page.headers["retry-after"]) == (503, str(seconds))
    assert said in page.text


def test_the_operator_says_how_long(run: Run, settings: Settings) -> None:
    run("on", "--minutes", "30")
    assert datetime.fromisoformat(settings.maintenance_file.read_text())


def test_the_page_for_a_proxy_needs_nothing_from_us(run: Run) -> None:
    page = run("page")

    assert page.count('href="tel:112"') == 2
    assert "--paper:" in page
    assert not {"<link", "<script", "src=", "url("} & {*page.split()}
    assert 'href="/' not in page
