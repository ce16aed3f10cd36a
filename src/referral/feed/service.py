"""Reading the feed: a page of a clinic's events, and how far the clinics of some keys have come."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select
from sqlmodel import Session, col

from referral.feed.representations import EventData, FeedEvent, FeedPage
from referral.record import service as record
from referral.record.models import EventCounter
from referral.staff.models import StaffKey
from referral.staff.service import VALID

NEWEST = (
    select(col(StaffKey.id), func.coalesce(col(EventCounter.last), 0))
    .outerjoin_from(StaffKey, EventCounter, col(StaffKey.clinic_id) == col(EventCounter.clinic_id))
    .where(
        col(StaffKey.id).in_(bindparam("key_ids", expanding=True)),
        VALID,
    )
)


class Reading(NamedTuple):
    """A page, and whether more events wait after it."""

    page: FeedPage
    more: bool


def events(session: Session, clinic_id: UUID, *, after: int, limit: int) -> list[FeedEvent]:
    """Return up to `limit` events that follow the number `after`; past the end there are none."""
    found = record.following(session, clinic_id, after=after, limit=limit)
    return [_told(row) for row in found]


def page(session: Session, clinic_id: UUID, *, after: int, limit: int) -> Reading:
    """Return the page of up to `limit` events that follow the number `after`."""
    found = events(session, clinic_id, after=after, limit=limit + 1)
    items = found[:limit]
    last = items[-1].number if items else after
    # Asked after the events, so that it is never behind them.
    told = FeedPage(items=items, last=last, newest=record.newest(session.connection(), clinic_id))
    return Reading(told, len(found) > limit)


def newest(session: Session, key_ids: Collection[UUID], *, now: datetime) -> Mapping[UUID, int]:
    """Return the number of the last event of each key's clinic; a key not valid is left out."""
    found = session.connection().execute(NEWEST, {"key_ids": list(key_ids), "now": now})
    return dict(found.all())


def _told(row: Row[*record.Line]) -> FeedEvent:
    event_id, number, appointment_id, kind, actor, at, data = row
    return FeedEvent(
        number=number,
        id=event_id,
        type=f"request.{kind.removeprefix('appointment.')}",
        request_id=appointment_id,
        actor=actor,
        at=at,
        data=EventData.model_validate(data),
    )
