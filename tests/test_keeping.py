"""The table of what is kept: it leaves no table and no personal column out, and the docs follow."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Column, Date, Enum, Float, Integer, Table, Uuid
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from referral.backup.saving import MODELS
from referral.db import Sealed, UtcDateTime
from referral.keeping import KEPT, document
from referral.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "kept.md"
TABLES = SQLModel.metadata.tables
FACTS = (Boolean, Date, Enum, Float, Integer, UtcDateTime, Uuid)
# What holds text, bytes or JSON and tells of nobody: who adds such a column says here or there.
OF_NOBODY = {
    "access_counters": "head",
    "accesses": "actor hash",
    "appointments": "consent_version level reference token_hash",
    "assessments": "level rules_version",
    "checkpoints": "hash mac",
    "chiropractors": "credential npi",
    "clinic_confirmations": "token_hash",
    "clinic_invitations": "code_hash token_hash",
    "clinic_places": "spot",
    "clinics": "accessibility address_1 address_2 city closed_on country hours insurance languages"
    " name npi other_names places postal_code prices source state techniques timezone told_on",
    "event_counters": "head",
    "events": "actor data hash kind",
    "heartbeats": "name",
    "import_runs": "fingerprint kinds tally",
    "notices": "data failure kind",
    "register": "locations npi other_names spot",
    "retired_keys": "name",
    "spent_calls": "policy",
    "staff_keys": "key_hash scopes",
    "staged": "key npi",
    "statistics_snapshots": "clinics name overall",
}


def can_tell(column: Column[object]) -> bool:
    """Say whether a column could hold what a person told."""
    return not isinstance(column.type, FACTS)


def test_every_table_is_in_it_once() -> None:
    assert MODELS
    assert sorted(kept.table for kept in KEPT) == sorted(TABLES)


@pytest.mark.parametrize("table", TABLES.values(), ids=str)
def test_every_column_that_could_tell_of_a_person_is_said_to_or_not_to(table: Table) -> None:
    (personal,) = (set(kept.personal) for kept in KEPT if kept.table == table.name)
    sealed = {column.name for column in table.c if isinstance(column.type, Sealed)}
    assert sealed <= personal
    others = set(OF_NOBODY.get(table.name, "").split())
    assert personal | others == {column.name for column in table.c if can_tell(column)}
    assert not personal & others


def test_the_page_in_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_privacy_page_tells_the_times_of_the_settings(
    client: TestClient, settings: Settings
) -> None:
    kept = str(settings.ended_requests_kept_days)
    for path, days, hours in (("/en/privacy", "days", "hours"), ("/es/privacy", "días", "horas")):
        page = client.get(path).text
        assert re.findall(rf"(\d+) {days} ", page) == [kept]
        assert re.findall(rf"(\d+) {hours}\.", page) == ["24"]
