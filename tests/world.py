"""What tests need before they start: clinics with keys, assessments and requests, made for real."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from referral.appointments import consent
from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.standing import Accepting, Standing
from referral.db import Database
from referral.record.service import open_log
from referral.staff.models import StaffKey
from referral.staff.scopes import Scope
from referral.staff.service import issue
from referral.web.deps import House

Json = dict[str, Any]

MILD: Json = {
    "emergency_signs": ["none"],
    "unwell_signs": ["none"],
    "regions": ["lower_back"],
    "spread": "none",
    "duration": "1_6w",
    "trend": "same",
    "onset": "lifting_exercise",
    "pain": 5,
    "function": "limited",
    "age": 34,
    "history": ["none"],
    "tried": ["saw_doctor"],
    "note": "Worse after sitting on the blue sofa",
}
BY_LEVEL: Mapping[str, Json] = {
    "emergency": {"emergency_signs": ["saddle_numbness"]},
    "urgent-medical": {"unwell_signs": ["fever_chills"]},
    "see-doctor-first": {"history": ["cancer"]},
    "chiropractor": {},
}
PERSON: Json = {
    "name": "Quillon Zebrowski",
    "email": "quillon.zebrowski@example.com",
    "phone": "212 555 0142",
    "preferred_contact": "email",
    "note": "Ring the green doorbell twice",
    "consent_version": consent.VERSION,
}
WINDOW = {"date": "2026-12-03", "part": "morning"}
INSIDE_WINDOW = "2026-12-03T09:30:00-05:00"


@dataclass(frozen=True, slots=True)
class Practice:
    """A clinic that has joined, one of its chiropractors, and its key."""

    clinic_id: UUID
    chiropractor_id: UUID
    key_id: UUID
    key: str

    @property
    def bearer(self) -> dict[str, str]:
        """The header that lets its staff in."""
        return {"Authorization": f"Bearer {self.key}"}


def house(client: TestClient) -> House:
    """Return the parts that the application under test uses."""
    return cast("House", cast("FastAPI", client.app).state.house)


def add_clinic(client: TestClient, **changes: Any) -> UUID:  # noqa: ANN401 - any column
    """Store a clinic in New York that has joined, and return its id."""
    with house(client).database.unit_of_work() as session:
        clinic = a_clinic(now=house(client).now(), **changes)
        session.add(clinic)
        session.flush()
        open_log(session, clinic.id)
        return clinic.id


def a_clinic(*, now: datetime, **changes: Any) -> Clinic:  # noqa: ANN401 - any column
    """Return a clinic in New York that has joined, not stored yet."""
    values: Json = {
        "standing": Standing.JOINED,
        "name": "Fictional Spine",
        "address_1": "1 Made Up Street",
        "city": "New York",
        "state": "NY",
        "postal_code": "10001",
        "phone": "+12125550100",
        "latitude": 40.75,
        "longitude": -73.99,
        "timezone": "America/New_York",
        "accepting": Accepting.YES,
        "hours": {day: [["09:00", "17:00"]] for day in ("mo", "tu", "we", "th", "fr")},
        "confirmed_at": now,
        "source": "test",
        "updated_at": now,
    }
    return Clinic(**(values | changes))


def add_key(client: TestClient, clinic_id: UUID, *scopes: Scope) -> tuple[StaffKey, str]:
    """Issue a staff key, for writing unless `scopes` says otherwise."""
    with house(client).database.unit_of_work() as session:
        return issue(
            session,
            clinic_id,
            label="test",
            scopes=scopes or (Scope.WRITE,),
            now=house(client).now(),
        )


def open_practice(client: TestClient, **changes: Any) -> Practice:  # noqa: ANN401 - any column
    """Return a clinic that has joined, with a chiropractor and a key that may write."""
    clinic_id = add_clinic(client, **changes)
    with house(client).database.unit_of_work() as session:
        person = Chiropractor(clinic_id=clinic_id, name="Dr. Made Up", credential="DC")
        session.add(person)
        session.flush()
    row, key = add_key(client, clinic_id)
    return Practice(clinic_id, person.id, row.id, key)


def assess(client: TestClient, **changes: Any) -> str:  # noqa: ANN401 - any answer
    """Send answers that lead to a chiropractor unless changed, and return the assessment's id."""
    answer = client.post("/api/v1/assessments", json={"answers": MILD | changes})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def request_body(client: TestClient, clinic_id: UUID, **changes: Any) -> Json:  # noqa: ANN401 - any field
    """Return a request that can be sent, on a fresh assessment unless `changes` names one."""
    assessment_id = changes.pop("assessment_id", None) or assess(client)
    place = {"assessment_id": assessment_id, "clinic_id": str(clinic_id)}
    return PERSON | {"preferred_windows": [WINDOW]} | place | changes


def send_request(client: TestClient, clinic_id: UUID, **changes: Any) -> Json:  # noqa: ANN401 - any field
    """Send a request and return what the sender gets."""
    answer = client.post("/api/v1/requests", json=request_body(client, clinic_id, **changes))
    assert answer.status_code == 201, answer.text
    sent: Json = answer.json()
    return sent


def count(database: Database, table: str) -> int:
    """Return how many rows a table holds."""
    with database.reading() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 - our own table names
