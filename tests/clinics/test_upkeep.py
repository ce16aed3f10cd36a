"""A clinic's place follows what happens to it: the handicap that is kept is what the rank says."""

from datetime import UTC, timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments.models import Appointment
from referral.clinics.membership.upkeep import facts_of
from referral.clinics.models import Clinic
from referral.clinics.ranking import handicap
from referral.staff.scopes import Scope
from referral.statistics.service import take_stock
from world import Json, Practice, add_key, house, open_practice, send_request

SEARCH = "/api/v1/clinics?zip=10001"


def kept(client: TestClient, practice: Practice) -> Clinic:
    """Return the clinic's row, which keeps what its facts come to."""
    with house(client).database.reading() as session:
        clinic = session.get_one(Clinic, practice.clinic_id)
    today = house(client).now().astimezone(UTC).date()
    assert clinic.handicap == handicap(facts_of(clinic), today=today)
    return clinic


def listed(client: TestClient) -> list[Json]:
    """Return the clinics near by."""
    found: list[Json] = client.get(SEARCH).json()["clinics"]
    return found


def change(client: TestClient, practice: Practice, **changes: object) -> Json:
    """Change a clinic's own record."""
    _, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    headers = {"Authorization": f"Bearer {key}", "If-Match": "*"}
    answer = client.patch("/api/v1/clinic", json=changes, headers=headers)
    assert answer.status_code == 200, answer.text
    changed: Json = answer.json()
    return changed


def test_each_result_says_why_it_stands_where_it_stands(client: TestClient) -> None:
    first, second = (open_practice(client, confirmed_at=house(client).now()) for _ in range(2))
    change(client, first, accepting="waitlist")
    change(client, second, next_free_week="2026-12-09")
    kept(client, first)

    found = listed(client)

    assert [row["id"] for row in found] == [str(second.clinic_id), str(first.clinic_id)]
    assert [row["next_free_week"] for row in found] == ["2026-12-07", None]
    miles = found[0]["distance_miles"]
    assert found[0]["rank"] == {
        "counts_as_miles": pytest.approx(miles + 2),
        "reasons": [
            {"code": "distance", "miles": miles},
            {"code": "accepting", "miles": 0},
            {"code": "free_later", "miles": 1},
            {"code": "confirmed", "miles": 0},
            {"code": "answers_not_measured", "miles": 1},
        ],
    }
    assert "left_unanswered" not in found[0]
    page = client.get("/clinics?zip=10001").text
    assert "free again in the week of December\N{NO-BREAK SPACE}7 · confirmed this month" in page


@pytest.mark.parametrize(("answers", "median"), [(4, None), (5, 3 * 3600)])
def test_answer_times_are_shown_from_five_answers_on(
    client: TestClient, clock: Clock, answers: int, *, median: int | None
) -> None:
    practice = open_practice(client, confirmed_at=clock.now)
    for hours in range(1, answers + 1):
        sent = send_request(client, practice.clinic_id)
        with house(client).database.unit_of_work() as session:
            session.get_one(Appointment, UUID(sent["id"])).answer_seconds = hours * 3600
    clock.now += timedelta(days=1)

    assert take_stock(house(client).database, now=clock.now)

    assert kept(client, practice).median_answer_seconds == median
    assert listed(client)[0]["median_answer_seconds"] == median
    is_said = "answers within 3 hours, measured" in client.get("/clinics?zip=10001").text
    assert is_said == (median is not None)


def test_time_alone_lets_a_clinic_sink_and_a_free_week_pass(
    client: TestClient, clock: Clock
) -> None:
    practice = open_practice(client, confirmed_at=clock.now)
    change(client, practice, next_free_week="2026-12-14")
    before = kept(client, practice).handicap
    clock.now += timedelta(days=105)

    take_stock(house(client).database, now=clock.now)

    clinic = kept(client, practice)
    assert (clinic.next_free_week, clinic.handicap - before) == (None, 3)
