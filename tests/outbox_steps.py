"""Steps on an outbox, each in its own unit of work."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from conftest import NOON
from referral.db import Database
from referral.notices import leasing, outbox
from referral.notices.models import Audience, Notice, NoticeStatus
from referral.notices.outbox import Draft

MINUTE = timedelta(minutes=1)
VISIT = UUID("00000000-0000-4000-8000-000000000001")
WAITING, SENT, DEAD, SUPERSEDED, DROPPED = NoticeStatus
BOOKED = Draft(Audience.PATIENT, "booked", appointment_id=VISIT, version=2)
MOVED = replace(BOOKED, kind="moved", version=3)
FOR_CLINIC = replace(BOOKED, audience=Audience.CLINIC)
ALONE = Draft(Audience.OPERATOR, "digest")


def put(database: Database, *drafts: Draft, now: datetime = NOON) -> list[UUID]:
    with database.unit_of_work() as session:
        return [outbox.put(session, draft, now=now).id for draft in drafts]


def lease(database: Database, *, now: datetime = NOON, limit: int = 20) -> list[Notice]:
    """Lease one after another until none is due, or there are `limit`."""
    taken: list[Notice] = []
    while len(taken) < limit:
        with database.unit_of_work() as session:
            notice = leasing.lease(session, now=now)
        if notice is None:
            break
        taken.append(notice)
    return taken


def leased_ids(database: Database, **options: Any) -> list[UUID]:  # noqa: ANN401 - those of lease
    return [notice.id for notice in lease(database, **options)]


def fail(
    database: Database, notice: Notice, *, permanent: bool = False, now: datetime = NOON
) -> NoticeStatus:
    with database.unit_of_work() as session:
        return leasing.settle_failed(
            session, notice, "connection", permanent=permanent, now=now, jitter=lambda: 0.5
        )


def sent(database: Database, notice: Notice, *, now: datetime = NOON) -> None:
    with database.unit_of_work() as session:
        leasing.settle_sent(session, notice, now=now)


def get(database: Database, notice_id: UUID) -> Notice:
    with database.reading() as session:
        found = session.get(Notice, notice_id)
        assert found is not None
        return found


def rows(database: Database) -> list[Notice]:
    with database.reading() as session:
        return outbox.listing(session)


def put_many(database: Database, number: int) -> set[str]:
    """Store notices about different visits and return their Message-IDs at example.org."""
    drafts = [replace(BOOKED, appointment_id=uuid4()) for _ in range(number)]
    return {f"<{each}@example.org>" for each in put(database, *drafts)}
