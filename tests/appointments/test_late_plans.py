"""What is late is found without a look at what is not, and its newest without a look at all."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, text, update
from starlette.testclient import TestClient

from conftest import NOON, Clock
from plans import SEARCH, steps, work
from referral.appointments.models import Appointment
from referral.appointments.reference import reference_from
from referral.db import table_of
from referral.symptoms.models import AssessmentRow
from world import Json, Practice, house, open_practice, send_request

WAITING, SHOWN = 2_000, 10
LATE: Json = {"overdue": True, "limit": SHOWN}


@pytest.fixture
def practice(client: TestClient) -> Practice:
    """A clinic with a very full desk; request number n is late n seconds after noon."""
    practice = open_practice(client)
    send_request(client, practice.clinic_id)
    database = house(client).database
    tables = [table_of(model) for model in (AssessmentRow, Appointment)]
    with database.unit_of_work() as session:
        need, asked = (dict(session.execute(select(table)).mappings().one()) for table in tables)
        needs = [need | {"id": uuid4()} for _ in range(1, WAITING)]
        requests = [
            asked | _request(number) | {"assessment_id": own["id"]}
            for number, own in enumerate(needs, 1)
        ]
        session.execute(update(tables[1]).values(answer_by=NOON))
        for table, rows in zip(tables, (needs, requests), strict=True):
            session.execute(insert(table), rows)
        if not database.in_process:
            session.execute(text("ANALYZE"))
    return practice


def _request(number: int) -> Json:
    new_id = uuid4()
    own = dict.fromkeys(("token_hash", "email_index", "phone_index"), new_id.bytes)
    moments = dict.fromkeys(("created_at", "updated_at"), NOON + timedelta(microseconds=number))
    return (
        own
        | moments
        | {
            "id": new_id,
            "reference": reference_from(new_id.int),
            "answer_by": NOON + timedelta(seconds=number),
        }
    )


@pytest.mark.parametrize("late", [0, 3, WAITING])
def test_a_page_of_what_is_late_costs_no_more_than_any_other(
    client: TestClient, practice: Practice, clock: Clock, late: int
) -> None:
    clock.now = NOON + timedelta(seconds=late)

    found = client.post(SEARCH, json=LATE, headers=practice.bearer).json()["items"]

    assert len(found) == min(late, SHOWN)
    sent = [datetime.fromisoformat(row["created_at"]) for row in found]
    assert sent == sorted(sent, reverse=True)
    assert work(client, practice, LATE) - work(client, practice, {"limit": SHOWN}) < WAITING


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"sort": "updated_at"},
        {"sort": "-answer_by"},
        {"needs": "answer"},
        {"assignee": "nobody"},
        {"state": ["requested"], "level": ["chiropractor"]},
    ],
)
def test_few_are_found_by_their_deadline_whatever_else_is_asked(
    client: TestClient, practice: Practice, clock: Clock, more: Json
) -> None:
    clock.now = NOON + timedelta(seconds=3)
    first, *_ = steps(client, practice, LATE | more)
    assert "ix_appointments_owed (clinic_id=? AND answer_by<?)" in first.where

    clock.now = NOON + timedelta(seconds=WAITING)
    first, *later = steps(client, practice, LATE | {"sort": "created_at"})
    assert ("ix_appointments_on_desk" in first.where, later) == (True, [])
