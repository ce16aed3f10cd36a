"""Databases of a given size: clinics all over the country, and requests to some of them."""

import os
import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel import SQLModel, insert

from referral import schema
from referral.appointments import consent
from referral.appointments.models import Appointment
from referral.appointments.reference import reference_from
from referral.appointments.states import ENDS, State
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.hours import DEFAULT_HOURS, parse, to_json
from referral.clinics.models import Clinic
from referral.clinics.standing import Accepting, Standing
from referral.db import Database
from referral.record.models import GENESIS, EventCounter
from referral.settings import ROOT
from referral.staff.scopes import Scope
from referral.staff.service import issue
from referral.symptoms.models import AssessmentRow

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
CHUNK = 20_000
WITH_SATURDAY = {**DEFAULT_HOURS, **parse("sa 09:00-13:00")}
# Odd in number, so that a clinic that is asked each second time has all of them.
STATES, ENDED = tuple(State)[:11], sorted(ENDS)
Row = dict[str, Any]


def clinics(database: Database, count: int) -> list[UUID]:
    """Store `count` clinics near ZIP codes, all joined, each with its event counter."""
    dice = random.Random(7)  # noqa: S311 - places, not secrets
    lines = (ROOT / "data" / "zip_centroids.csv").read_text().splitlines()[1:]
    zips = ZipCentroids.load(ROOT / "data" / "zip_centroids.csv")
    ids = [uuid4() for _ in range(count)]
    rows = (_clinic(i, zips.find(dice.choice(lines)[:5]), dice) for i in ids)
    _store(database, Clinic, rows)
    _store(database, EventCounter, ({"clinic_id": i, "last": 0, "head": GENESIS} for i in ids))
    return ids


def assessments(database: Database, count: int) -> list[UUID]:
    """Store `count` fresh assessments that allow a request."""
    ids = [uuid4() for _ in range(count)]
    now = datetime.now(UTC)
    _store(database, AssessmentRow, (_assessment(i, now) for i in ids))
    return ids


def requests(database: Database, asked: list[UUID], count: int) -> None:
    """Store `count` requests, spread over the clinics `asked` and over a year.

    All but the newest two in a hundred have ended.
    """
    _store(database, AssessmentRow, (_assessment(UUID(int=n), NEW_YEAR) for n in range(count)))
    ended = count - count // 50
    states = (ENDED[n % len(ENDED)] if n < ended else STATES[n % len(STATES)] for n in range(count))
    rows = (_request(n, asked[n % len(asked)], state) for n, state in enumerate(states))
    _store(database, Appointment, rows)


def desk(database: Database, clinic_id: UUID, count: int, *, late: int, first: int) -> None:
    """Store `count` requests that all wait for a clinic's answer, the oldest `late` past its date.

    They are numbered from `first` on.
    """
    now, numbers = datetime.now(UTC), range(first, first + count)
    _store(database, AssessmentRow, (_assessment(UUID(int=n), NEW_YEAR) for n in numbers))
    rows = (
        _request(n, clinic_id, State.REQUESTED)
        | {"answer_by": now + timedelta(minutes=10 * (place - late) + 5)}
        for place, n in enumerate(numbers)
    )
    _store(database, Appointment, rows)


def staff_key(database: Database, clinic_id: UUID) -> str:
    """Return a new staff key of a clinic."""
    with database.unit_of_work() as session:
        return issue(session, clinic_id, label="bench", scopes=[Scope.WRITE], now=NEW_YEAR)[1]


def migrated(url: str) -> Database:
    """Return the database at `url`, with the newest schema."""
    schema.upgrade(url)
    return Database(url, pool_size=2)


def settled(database: Database) -> None:
    """Let PostgreSQL gather what it gathers by itself in service; SQLite is never told there."""
    if not database.in_process:
        with database.unit_of_work() as session:
            session.execute(text("ANALYZE"))


def _store(database: Database, table: type[SQLModel], rows: Iterable[Mapping[str, Any]]) -> None:
    waiting: Iterator[Mapping[str, Any]] = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        with database.unit_of_work() as session:
            session.execute(insert(table), chunk)


def _clinic(clinic_id: UUID, place: Any, dice: random.Random) -> Row:  # noqa: ANN401 - a Place
    return {
        "id": clinic_id,
        "npi": None,
        "standing": Standing.JOINED,
        "name": f"Bench Clinic {clinic_id.hex[:6]}",
        "address_1": "1 Example Street",
        "address_2": "",
        "city": "Exampletown",
        "state": "EX",
        "postal_code": place.zip,
        "phone": "2125550100",
        "email": None,
        "latitude": place.point.latitude + dice.uniform(-0.02, 0.02),
        "longitude": place.point.longitude + dice.uniform(-0.02, 0.02),
        "timezone": place.timezone,
        "accepting": Accepting.YES,
        "paused": False,
        "hours": to_json(DEFAULT_HOURS if clinic_id.int % 4 else WITH_SATURDAY),
        "languages": ["en", "es"] if clinic_id.int % 5 == 0 else ["en"],
        "techniques": ["diversified"],
        "accessibility": ["step_free"],
        "insurance": ["medicare"],
        "prices": {"first_visit": 95},
        "source": "bench",
        "source_date": None,
        "updated_at": NEW_YEAR,
    }


def _assessment(assessment_id: UUID, now: datetime) -> Row:
    return {
        "id": assessment_id,
        "level": "chiropractor",
        "rules_version": "2026-draft-1",
        "created_at": now,
        # Not erased, though nobody opens it.
        "wrapped_key": bytes(63),
        "outcome": b"x" * 300,
    }


def _request(number: int, clinic_id: UUID, state: State) -> Row:
    created = NEW_YEAR + timedelta(seconds=31 * number)
    request_id = uuid4()
    return {
        "id": request_id,
        "assessment_id": UUID(int=number),
        "clinic_id": clinic_id,
        "reference": reference_from(number + 30**7),
        "token_hash": os.urandom(32),
        "idempotency_hash": None,
        "fingerprint": request_id.bytes,
        "state": state,
        "version": 1,
        "level": "chiropractor",
        "doctor_cleared": False,
        "consent_version": consent.VERSION,
        "preferred_windows": [("2026-12-01", "morning"), ("2026-12-02", "evening")],
        "answer_by": created + timedelta(days=1),
        "expires_at": created + timedelta(days=2),
        "answers_until": created + timedelta(days=30),
        "answer_seconds": number % 172_800 if number % 8 else None,
        "starts_at": None,
        "ends_at": None,
        "chiropractor_id": None,
        "decline_reason": None,
        "next_step": None,
        "since": created,
        "created_at": created,
        "updated_at": created,
        "wrapped_key": None,
        "person": b"x" * 200,
        "message": None,
    }
