"""What the worker counts once a day, and what everybody, and the operator, see of it."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, update
from starlette.testclient import TestClient

from conftest import NOON, Clock
from referral.appointments.models import Appointment
from referral.appointments.states import State
from referral.db import table_of
from referral.statistics.service import stock, take_stock
from stories import worker_of
from world import Json, add_clinic, house, send_request

PAGE, API = "/how-clinics-answer", "/api/v1/public-statistics"
REQUESTS = table_of(Appointment)


def clinic(client: TestClient, name: str, *, answered: int = 0, expired: int = 0) -> str:
    """Open a clinic that has answered so many requests, and not answered so many."""
    clinic_id = add_clinic(client, name=name)
    outcomes: list[Json] = [
        *[{"state": State.DECLINED, "answer_seconds": 3600}] * answered,
        *[{"state": State.EXPIRED}] * expired,
    ]
    sent = [send_request(client, clinic_id)["id"] for _ in outcomes]
    with house(client).database.unit_of_work() as session:
        for request_id, values in zip(sent, outcomes, strict=True):
            given = update(REQUESTS).where(REQUESTS.c.id == UUID(request_id)).values(**values)
            session.execute(given)
    return str(clinic_id)


def count_next_day(client: TestClient, clock: Clock) -> bool:
    """Let the worker count on the day after."""
    clock.now += timedelta(days=1)
    return take_stock(house(client).database, now=clock.now)


def words(client: TestClient) -> str:
    """Return the text of the page in one line."""
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "<script" not in page.text
    return " ".join(page.text.replace("</li><li>", " ").split())


def test_before_the_first_count_there_is_nothing_and_it_says_so(client: TestClient) -> None:
    assert client.get(API).status_code == 404
    assert "We have not counted yet" in words(client)


def test_everybody_sees_who_answers_but_no_small_number(client: TestClient, clock: Clock) -> None:
    good = clinic(client, "A Clinic", answered=6, expired=1)
    slow = clinic(client, "B Clinic", answered=2, expired=5)
    clinic(client, "C Clinic", answered=3)
    clinic(client, "D Clinic")
    count_next_day(client, clock)

    seen = client.get(API).json()

    few, one = {"at_least": 0, "at_most": 4}, {"at_least": 6, "at_most": 6}
    five = {"at_least": 5, "at_most": 5}
    by_id = {row["id"]: (row["answered"], row["unanswered"]) for row in seen["clinics"]}
    assert [row["name"][0] for row in seen["clinics"]] == ["A", "B", "C", "D"]
    assert by_id[good] == (one, few)
    assert by_id[slow] == (few, five)
    # Five answers are hidden in three clinics, and one expired request in as many.
    assert seen["overall"]["answered"] == {"at_least": 11, "at_most": 11}
    assert seen["overall"]["unanswered"] == {"at_least": 5, "at_most": 17}
    assert (seen["from"], seen["before"]) == ("2026-09-03T00:00:00Z", "2026-12-02T00:00:00Z")
    assert seen["median_hours"] == 1.0
    text = words(client)
    assert "Half of the answers came within 1 hour." in text
    assert "Got an answer: 6" in text
    assert "Got no answer: fewer than 5" in text
    assert "between 5 and 17" in text


def test_the_page_is_in_the_footer(client: TestClient) -> None:
    assert f'<a href="{PAGE}">How clinics answer</a>' in client.get("/privacy").text


def test_a_single_small_clinic_is_not_told_by_the_total(client: TestClient, clock: Clock) -> None:
    clinic(client, "A Clinic", answered=6)
    clinic(client, "B Clinic", answered=2)
    count_next_day(client, clock)

    seen = client.get(API).json()["overall"]["answered"]

    assert seen == {"at_least": 6, "at_most": 10}


def test_it_is_counted_once_for_each_day(client: TestClient, clock: Clock) -> None:
    clinic(client, "A Clinic", answered=5)

    days = [count_next_day(client, clock), take_stock(house(client).database, now=clock.now)]
    first = client.get(API).json()
    days.append(count_next_day(client, clock))

    assert days == [True, False, True]
    assert client.get(API).json()["before"] != first["before"]


@pytest.mark.parametrize(("days", "counted"), [(0, 0), (1, 1), (90, 1), (91, 0)])
def test_ninety_full_days_are_counted(client: TestClient, days: int, counted: int) -> None:
    clinic(client, "A Clinic", answered=1)

    take_stock(house(client).database, now=NOON + timedelta(days=days))

    with house(client).database.reading() as session:
        found = stock(session)
    assert found is not None
    assert found.overall.received == counted


def test_the_worker_counts_in_its_round(client: TestClient, clock: Clock) -> None:
    clinic(client, "A Clinic", answered=5)
    clock.now += timedelta(days=1)

    assert worker_of(client, None).round()

    assert client.get(API).json()["clinics"][0]["answered"]["at_least"] == 5


def test_a_view_of_the_page_reads_one_row_and_counts_nothing(
    client: TestClient, clock: Clock
) -> None:
    clinic(client, "A Clinic", answered=5)
    count_next_day(client, clock)
    made: list[str] = []
    engine = house(client).database.engine
    event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: made.append(text))

    words(client)

    assert ["statistics_snapshots" in statement for statement in made] == [True]
