"""The calls that create something, as they are sent under an Idempotency-Key."""

from dataclasses import dataclass, replace

import pytest
from httpx2 import Response
from sqlmodel import select
from starlette.testclient import TestClient

from conftest import Clock
from referral.repeats import Repeat
from situations import Case, begin
from world import MILD, Json, Practice, count, house

KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"
PEOPLE = "/api/v1/clinic/chiropractors"
ASSESSMENTS = "/api/v1/assessments"


@dataclass(frozen=True, slots=True)
class Create:
    """A creating call: where, what, another body, and the table that grows."""

    path: str
    body: Json
    other: Json
    table: str


CREATES = {
    "note": Create("", {"text": "Zq7typed"}, {"text": "other"}, "notes"),
    "chiropractor": Create(PEOPLE, {"name": "Dr. Zq7typed"}, {"name": "Other"}, "chiropractors"),
    "key": Create("/api/v1/keys", {"label": "Zq7typed"}, {"label": "other"}, "staff_keys"),
    "webhook": Create(
        "/api/v1/webhooks",
        {"url": "https://93.184.215.14/Zq7typed", "label": "Desk"},
        {"url": "https://93.184.215.14/", "label": "other"},
        "webhooks",
    ),
    "assessment": Create(
        ASSESSMENTS,
        {"answers": MILD | {"note": "Zq7typed"}},
        {"answers": MILD | {"pain": 6}},
        "assessments",
    ),
}
EACH = pytest.mark.parametrize("name", CREATES)


def begin_with(client: TestClient, clock: Clock, name: str) -> tuple[Case, Create]:
    """Return a request and one of the creating calls."""
    case = begin(client, clock)
    create = CREATES[name]
    return case, replace(create, path=create.path or f"/api/v1/requests/{case.id}/notes")


def send(
    case: Case, path: str, body: Json, *, by: Practice | None = None, key: str = KEY
) -> Response:
    """Send a creating call as the clinic's administrator, or as `by`."""
    headers = (by or case.admin).bearer | {"Idempotency-Key": key}
    answer: Response = case.client.post(path, json=body, headers=headers)
    return answer


def trace(case: Case, create: Create) -> tuple[int, ...]:
    """Return how many rows there are that the call makes, and that come with them."""
    database = house(case.client).database
    return tuple(count(database, table) for table in (create.table, "events", "repeats"))


def all_kept(client: TestClient) -> list[Repeat]:
    """Return what is kept of all calls."""
    with house(client).database.reading() as session:
        return list(session.exec(select(Repeat)).all())
