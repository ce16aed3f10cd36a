"""The demo's inbox: full at the first start, on any day, and left alone by the next start."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import Session

from referral.appointments.desk import filters, inbox, listing
from referral.appointments.states import State
from referral.cli import demo, demo_requests
from referral.clinics.exchange import demo as directory
from referral.clinics.geography.zips import ZipCentroids
from referral.db import Database
from referral.settings import Settings
from referral.staff.scopes import Scope
from referral.staff.service import Staff, issue, recognise
from referral.vault import Vault
from world import Json

STATES = Counter(
    {
        State.REQUESTED: 2,
        State.RECEIVED: 1,
        State.BOOKED: 1,
        State.DECLINED: 1,
        State.CANCELLED: 1,
    }
)
TUESDAY = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 12, 5, 15, 0, tzinfo=UTC)
# Every weekday and every hour, and over half a year both changes of the clocks and a new year.
MOMENTS = [TUESDAY - timedelta(days=40) + timedelta(hours=67 * n) for n in range(60)]


def listed(database: Database, staff: Staff, settings: Settings, now: datetime) -> list[Json]:
    desk = inbox.Desk(staff, now, Vault(settings.ring), 1)
    with database.reading() as session:
        return rows_of(session, desk)


def rows_of(session: Session, desk: inbox.Desk) -> list[Json]:
    page = listing.page(session.connection(), filters.Filters(), desk=desk)
    rows: list[Json] = json.loads(page.text)["items"]
    return rows


def key_in(folder: Path) -> str:
    return (folder / "staff-key").read_text(encoding="utf-8").splitlines()[2]


@pytest.mark.parametrize("now", [TUESDAY, SATURDAY])
def test_the_demo_starts_with_requests_in_every_state_and_the_next_start_adds_none(
    tmp_path: Path, now: datetime
) -> None:
    settings = Settings.for_demo(tmp_path, "http://127.0.0.1:8000")
    for later in (now, now + timedelta(days=3)):
        demo.prepare(settings, tmp_path, now=later)
        database = Database(settings.database_url)
        with database.reading() as session:
            staff = recognise(session.connection(), key_in(tmp_path), now=TUESDAY)
        rows = listed(database, staff, settings, now)
        assert Counter(row["state"] for row in rows) == STATES
        assert [row["overdue"] for row in rows].count(True) == 1
        database.engine.dispose()


def test_they_are_plainly_fictional(tmp_path: Path) -> None:
    settings = Settings.for_demo(tmp_path, "http://127.0.0.1:8000")
    demo.prepare(settings, tmp_path, now=TUESDAY)
    database = Database(settings.database_url)
    with database.reading() as session:
        desk = inbox.Desk(
            recognise(session.connection(), key_in(tmp_path), now=TUESDAY),
            TUESDAY,
            Vault(settings.ring),
            1,
        )
        rows = rows_of(session, desk)
        people = [inbox.read(session, UUID(row["id"]), desk=desk).person for row in rows]
    database.engine.dispose()
    for person in people:
        assert person
        assert person.name.startswith("Demo Person ")
        assert person.email is None or person.email.endswith("@example.com")
        assert person.phone is None or person.phone.startswith("+121255501")


def test_on_any_day_at_any_hour_one_is_overdue_and_the_booked_visit_is_still_to_come(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = Settings.for_demo(tmp_path, "http://127.0.0.1:8000")
    database = Database(sqlite_url)
    zips = ZipCentroids.load(settings.data_dir / "zip_centroids.csv")
    file = settings.data_dir / "demo_clinics.csv"
    with database.unit_of_work() as session:
        clinic = directory.add(session, file, zips=zips, now=TUESDAY)[0]
        _, key = issue(session, clinic.id, label="test", scopes=[Scope.WRITE], now=TUESDAY)
        staff = recognise(session.connection(), key, now=TUESDAY)
    for now in MOMENTS:
        with database.reading() as session:
            demo_requests.add(session, clinic, staff, settings=settings, now=now)
            desk = inbox.Desk(staff, now, Vault(settings.ring), 1)
            rows = rows_of(session, desk)
        overdue = [row["state"] for row in rows if row["overdue"]]
        assert (now, Counter(row["state"] for row in rows)) == (now, STATES)
        assert (now, overdue) == (now, [State.REQUESTED])
        assert all(
            datetime.fromisoformat(row["starts_at"]) > now
            for row in rows
            if row["state"] == State.BOOKED
        )
    database.engine.dispose()
