"""The letters of the demo: readable here, never sent, and nowhere else."""

from collections.abc import Iterator

import icalendar
import pytest
from starlette.testclient import TestClient

from conftest import Clock
from postman import give_addresses
from referral.app import create_app
from referral.settings import Settings
from referral.worker import Worker
from situations import Case, begin, bring
from world import PERSON, house

HERE = ("127.0.0.1", 50000)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"demo": True})


@pytest.fixture
def client(settings: Settings, clock: Clock) -> Iterator[TestClient]:
    app = create_app(settings, clock=clock)
    with TestClient(app, base_url=settings.origin, client=HERE) as client:
        yield client
    app.state.house.database.engine.dispose()


def booked(client: TestClient, clock: Clock) -> Case:
    case = begin(client, clock)
    give_addresses(client)
    bring(case, "booked")
    return case


def test_each_letter_is_shown_as_it_would_be_mailed(client: TestClient, clock: Clock) -> None:
    case = booked(client, clock)

    page = client.get("/demo/letters")

    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert f"Your request {case.sent['reference']}: your visit is booked" in page.text
    assert str(PERSON["email"]) in page.text
    assert f"/follow/{case.sent['follow_token']}" in page.text
    assert "Things have moved on" in page.text


def test_the_calendar_file_can_be_taken(client: TestClient, clock: Clock) -> None:
    case = booked(client, clock)
    (notice_id,) = case.ask("SELECT id FROM notices WHERE appointment_id = :id AND kind = 'booked'")

    answer = client.get(f"/demo/letters/{notice_id}/visit.ics")

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8; method=REQUEST"
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["UID"] == f"{case.id}@127.0.0.1"


def test_a_letter_without_a_file_has_none(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    (notice_id, _) = case.ask("SELECT id FROM notices WHERE appointment_id = :id")

    assert client.get(f"/demo/letters/{notice_id}/visit.ics").status_code == 404
    assert client.get(f"/demo/letters/{case.id}/visit.ics").status_code == 404


def test_nothing_is_ever_marked_as_sent(client: TestClient, clock: Clock) -> None:
    case = booked(client, clock)
    before = case.ask("SELECT status, count(*) FROM notices GROUP BY status ORDER BY status")

    client.get("/demo/letters")
    assert Worker.of(house(client)).round()

    after = case.ask("SELECT status, count(*) FROM notices GROUP BY status ORDER BY status")
    assert after == before
    assert "sent" not in dict(after)


def test_every_page_of_the_demo_leads_there(client: TestClient) -> None:
    for path in ("/", "/clinics", "/demo/letters"):
        assert 'href="/demo/letters"' in client.get(path).text


def test_another_machine_cannot_read_them(client: TestClient) -> None:
    for host in ("192.0.2.7", "example.com"):
        elsewhere = TestClient(client.app, base_url=str(client.base_url), client=(host, 50000))
        assert elsewhere.get("/demo/letters").status_code == 404


def test_outside_of_a_demo_there_is_no_such_page(settings: Settings, clock: Clock) -> None:
    app = create_app(settings.model_copy(update={"demo": False}), clock=clock)
    with TestClient(app, base_url=settings.origin, client=HERE) as client:
        assert client.get("/demo/letters").status_code == 404
        assert "/demo/letters" not in client.get("/").text
    assert not [route for route in app.routes if "demo" in getattr(route, "path", "")]
