"""How the databases find a page of the list: by an index, in order, and never by counting."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import Table, insert, select, text
from sqlmodel import Session
from starlette.testclient import TestClient

from conftest import NOON, Clock
from plans import SEARCH, steps
from referral.appointments.desk.filters import Filters, Needs
from referral.appointments.desk.places import Sort
from referral.appointments.models import Appointment
from referral.appointments.reference import reference_from
from referral.appointments.states import State
from referral.clinics.models import Clinic
from referral.db import table_of
from referral.settings import Settings, new_ring
from referral.symptoms.models import AssessmentRow
from world import Json, Practice, house, open_practice, send_request

CLINICS, PER_CLINIC = 20, 60
EARLY, LATE = ((NOON + timedelta(days=days)).isoformat() for days in (-30, 30))
# Each filter by itself, where it can both for rows that all fit and for rows that none do.
FILTERS: list[Json] = [
    *({"state": states} for states in (["requested"], ["requested", "received", "booked"])),
    *({"needs": needs} for needs in ("answer", "rebooking", "call")),
    {"overdue": True},
    *({"level": [level]} for level in ("chiropractor", "self-care")),
    {"reference": "K7QF-3M9P"},
    {"chiropractor_id": str(UUID(int=7))},
    *({"assignee": assignee} for assignee in (str(UUID(int=7)), "nobody")),
    *({name: moment} for name in ("created_from", "created_before") for moment in (EARLY, LATE)),
    *({"updated_since": moment} for moment in (EARLY, LATE)),
]
CONTACTS = {"ada@example.com": "email_index", "212 555 0142": "phone_index"}
# Names that say nothing of which rows there are.
NO_FILTERS = {"sort", "fields", "limit", "cursor"}
LOOK_UPS = {"SEARCH appointments", "Index Scan", "Bitmap Index Scan"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The settings after a change of the key ring: a contact has two hashes to look for."""
    assert settings.keys is not None
    newer = new_ring().replace("k1:", "k2:")
    return settings.model_copy(
        update={"keys": SecretStr(f"{newer},{settings.keys.get_secret_value()}")}
    )


@pytest.fixture
def practice(client: TestClient) -> Practice:
    """A clinic with a long list, among others."""
    practice = open_practice(client)
    send_request(client, practice.clinic_id)
    database = house(client).database
    with database.unit_of_work() as session:
        for table, rows in copies(session):
            session.execute(insert(table), rows)
        # SQLite is never told how many rows have a value, neither here nor in service.
        if not database.in_process:
            session.execute(text("ANALYZE"))
    return practice


def copies(session: Session) -> Iterator[tuple[Table, list[Json]]]:
    """Yield rows like those that are stored, spread over clinics, states and time."""
    tables = [table_of(model) for model in (Clinic, AssessmentRow, Appointment)]
    clinic, need, asked = (dict(session.execute(select(t)).mappings().one()) for t in tables)
    clinics = [clinic | {"id": uuid4()} for _ in range(CLINICS)]
    needs = [need | {"id": uuid4()} for _ in range(CLINICS * PER_CLINIC)]
    requests = []
    for number, own in enumerate(needs):
        new_id, moment = uuid4(), NOON + timedelta(minutes=number)
        place = number % CLINICS
        requests.append(
            asked
            | dict.fromkeys(("created_at", "updated_at", "answer_by"), moment)
            | dict.fromkeys(("token_hash", "email_index", "phone_index"), new_id.bytes)
            | {"id": new_id, "reference": reference_from(new_id.int), "assessment_id": own["id"]}
            | {"clinic_id": (clinics[place] if place else clinic)["id"]}
            | {"state": list(State)[number // CLINICS % len(State)]}
        )
    yield from zip(tables, (clinics, needs, requests), strict=True)


def test_a_page_of_each_order_is_read_from_its_index(
    client: TestClient, practice: Practice
) -> None:
    for sort in Sort:
        body: Json = {"sort": sort, "limit": 10}
        cursor = client.post(SEARCH, json=body, headers=practice.bearer).json()["next"]
        for page in (body, body | {"cursor": cursor}):
            (step,) = steps(client, practice, page)
            assert step.name in LOOK_UPS
            assert step.where.startswith(f"ix_appointments_clinic_id_{sort.column}_id "), page


def test_a_filter_reads_no_other_clinics_rows_and_sorts_only_what_it_finds(
    client: TestClient, practice: Practice, clock: Clock
) -> None:
    clock.now += timedelta(hours=1)
    assert {name for body in FILTERS for name in body} == Filters.model_fields.keys() - NO_FILTERS
    for body in FILTERS:
        first, *later = steps(client, practice, body | {"limit": 10})
        assert first.name in LOOK_UPS, body
        assert re.search(r"\b(clinic_id|chiropractor_id|reference)\b", first.where), body
        assert [step.name for step in later] in ([], ["Sort"]), body
        assert all(step.rows < PER_CLINIC / 2 for step in later), body


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("body", [{"needs": needs} for needs in Needs])
def test_what_waits_is_found_among_what_may_wait(
    client: TestClient, practice: Practice, body: Json
) -> None:
    """PostgreSQL knows how few there are, and may take the index of their states."""
    (first,) = steps(client, practice, body)

    assert "ix_appointments_on_desk" in first.where


def test_a_contact_is_one_look_up_in_every_order(client: TestClient, practice: Practice) -> None:
    bodies: list[Json] = [{"sort": sort} for sort in Sort]
    # PostgreSQL may know of a filter that leaves even less.
    bodies += FILTERS if house(client).database.in_process else []
    for contact, column in CONTACTS.items():
        for body in bodies:
            first, *later = steps(client, practice, body | {"contact": contact})
            assert first.name in LOOK_UPS, body
            assert column in first.where or "reference" in body, body
            assert [step.name for step in later] in ([], ["Sort"]), body
