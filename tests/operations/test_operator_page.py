"""The operator's page: who may read it, and what it tells."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from conftest import Clock
from in_spanish import english_in
from log_lines import apart_from_id
from post_office import PostOffice
from referral.app import create_app
from referral.settings import Settings
from referral.worker import Worker
from situations import begin, bring
from stories import Story
from world import PERSON, house, send_request

PASSWORD = "correct horse battery näh"  # noqa: S105 - of the tests
TYPED = ("Quillon", "Zebrowski", "example.com", "0142", "sofa", "doorbell")


@pytest.fixture
def client(settings: Settings, clock: Clock) -> Iterator[TestClient]:
    given = settings.model_copy(update={"operator_password": SecretStr(PASSWORD)})
    app = create_app(given, clock=clock)
    with TestClient(app, base_url=settings.origin) as client:
        yield client
    app.state.house.database.engine.dispose()


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def page(client: TestClient) -> str:
    answer = client.get("/operator", headers=basic("operator", PASSWORD))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert not [word for word in TYPED if word in answer.text]
    return " ".join(answer.text.split())


def test_it_can_be_read_in_spanish(client: TestClient, clock: Clock) -> None:
    bring(begin(client, clock), "expired")

    answer = client.get("/es/operator", headers=basic("operator", PASSWORD))

    assert "Solicitudes que vencieron" in answer.text
    assert english_in(answer.text) == set()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("operator", "wrong"),
        basic("operator", ""),
        basic("admin", PASSWORD),
        {"Authorization": "Basic"},
        {"Authorization": "Basic not base64!"},
        {b"Authorization": b"Basic \xe9"},
        {"Authorization": "Bearer operator"},
    ],
)
def test_without_the_password_it_asks_for_it(
    client: TestClient, headers: dict[str, str] | dict[bytes, bytes]
) -> None:
    answer = client.get("/operator", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert answer.headers["cache-control"] == "no-store"
    assert "Notices" not in answer.text


def test_without_a_password_in_the_settings_there_is_no_such_page(
    settings: Settings, clock: Clock
) -> None:
    app = create_app(settings, clock=clock)
    with TestClient(app, base_url=settings.origin) as client:
        for headers in ({}, basic("operator", ""), basic("operator", "None")):
            assert client.get("/operator", headers=headers).status_code == 404


def test_wrong_passwords_close_the_page_to_the_right_one_for_a_quarter_of_an_hour(
    client: TestClient, settings: Settings, clock: Clock
) -> None:
    def status(of: TestClient, headers: dict[str, str]) -> int:
        return of.get("/operator", headers=headers).status_code

    wrong, right = basic("operator", "wrong"), basic("operator", PASSWORD)
    assert status(client, right) == 200
    assert [status(client, wrong) for _ in range(4)] == [401] * 4
    clock.now += timedelta(minutes=5)
    assert (status(client, {}), status(client, right)) == (401, 200)
    assert status(client, basic("admin", PASSWORD)) == 401

    barred, guess = (client.get("/operator", headers=headers) for headers in (right, wrong))
    assert (barred.status_code, guess.status_code) == (429, 429)
    assert "too many wrong passwords" in barred.text
    assert guess.text == barred.text
    assert apart_from_id(guess) == apart_from_id(barred)
    assert barred.headers["retry-after"] == "600"
    given = settings.model_copy(update={"operator_password": SecretStr(PASSWORD)})
    elsewhere = create_app(given, clock=clock)
    with TestClient(elsewhere, base_url=settings.origin) as another_process:
        assert status(another_process, right) == 429
    elsewhere.state.house.database.engine.dispose()

    clock.now += timedelta(seconds=600)
    assert status(client, right) == 200


def test_a_browser_that_asks_without_a_password_makes_no_wrong_try(client: TestClient) -> None:
    for headers in ({}, {"Authorization": "Basic not base64!"}, {"Authorization": "Bearer x"}):
        for _ in range(5):
            assert client.get("/operator", headers=headers).status_code == 401

    assert "Notices" in page(client)


def test_a_short_password_is_refused(settings: Settings) -> None:
    given = settings.model_dump() | {"operator_password": "short"}

    with pytest.raises(ValueError, match="operator_password"):
        Settings(_env_file=None, **given)


def test_it_says_when_nothing_has_happened_yet(client: TestClient) -> None:
    seen = page(client)

    assert "The worker has not run yet" in seen
    assert "Every clinic has answered in time" in seen
    assert "Dead notices" not in seen


def test_it_shows_what_is_late_what_died_and_when_the_worker_ran(
    client: TestClient, clock: Clock, office: PostOffice
) -> None:
    given = {"smtp_host": "127.0.0.1", "smtp_port": office.port, "smtp_security": "none"}
    late = begin(client, clock)
    send_request(client, late.practice.clinic_id)
    clock.now = late.row().answer_by + timedelta(hours=1)
    with_mail = house(client).settings.model_copy(update=given)
    assert Worker.of(replace(house(client), settings=with_mail)).round()

    seen = page(client)

    assert "2 requests, the oldest since Wednesday, December 2, 10:00 pm UTC" in seen
    assert "Fictional Spine" in seen
    assert "deadline (clinic) Fictional Spine" in seen
    assert "overdue (operator)" in seen
    assert "no-address" in seen
    assert "An SMTP server is set" in seen
    assert "The worker is silent" not in seen


@pytest.mark.parametrize("more", [{}, {"phone": None}])
def test_it_shows_at_which_clinics_there_are_people_whom_nobody_can_tell(
    client: TestClient, clock: Clock, office: PostOffice, more: dict[str, object]
) -> None:
    office.to_recipient[str(PERSON["email"])] = "550 no such user"
    story = Story(client, clock, office, **more)
    story.mail()

    seen = page(client)

    assert "requested (patient)" in seen
    assert "Where a letter to a person died, the clinic owes them a call." in seen
    assert ("People whom nobody can reach" in seen) == bool(more)
    assert ("1 request, the oldest since Tuesday, December 1, 3:00 pm UTC" in seen) == bool(more)
    story.staff("called")
    assert "People whom nobody can reach" not in page(client)


def test_it_says_that_there_is_no_mail_server(client: TestClient) -> None:
    assert Worker.of(house(client)).round()

    seen = page(client)

    assert "No SMTP server is set" in seen
    assert "Notices wait and are not sent." in seen


def test_it_says_when_the_worker_is_silent(client: TestClient, clock: Clock) -> None:
    assert Worker.of(house(client)).round()
    clock.now += timedelta(minutes=6)

    seen = page(client)

    assert "The worker is silent" in seen
    assert "Its last whole round was on Tuesday" in seen


def test_it_counts_what_expired_in_the_last_thirty_days(client: TestClient, clock: Clock) -> None:
    bring(begin(client, clock), "expired")

    assert "last 30 days</dt> <dd>1</dd>" in page(client)

    clock.now += timedelta(days=31)
    assert "last 30 days</dt> <dd>0</dd>" in page(client)


def test_it_shows_the_figures_of_all_clinics_as_they_were_counted(
    client: TestClient, clock: Clock
) -> None:
    assert "All of them" not in page(client)
    begin(client, clock)
    bring(begin(client, clock), "declined")
    clock.now += timedelta(days=1)
    assert Worker.of(house(client)).round()

    seen = page(client)

    assert "All of them</dt> <dd>2</dd>" in seen
    assert "Answered</dt> <dd>1</dd>" in seen
    assert "first answer, median</dt> <dd>0.0</dd>" in seen
