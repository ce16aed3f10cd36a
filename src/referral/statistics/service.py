"""A clinic's figures on demand, and all clinics' once a day, by the worker."""

from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from referral.appointments.models import Appointment
from referral.appointments.states import State
from referral.clinics.membership.upkeep import measured
from referral.clinics.models import Clinic
from referral.clinics.standing import Standing
from referral.db import Database
from referral.statistics.counting import SMALLEST_SHOWN, Line, Tally, percentile, published
from referral.statistics.models import LAST_DAYS, Snapshot
from referral.statistics.representations import (
    AnswerCounts,
    ClinicAnswers,
    ClinicCount,
    ClinicFigures,
    Figures,
    PublicStatistics,
    Published,
    Stock,
)

DAYS = 90
LINES: Select[State, str, bool, int | None, bool, datetime | None] = sa_select(
    col(Appointment.state),
    col(Appointment.level),
    col(Appointment.by_phone),
    col(Appointment.answer_seconds),
    col(Appointment.missed),
    col(Appointment.starts_at),
).where(
    col(Appointment.clinic_id) == bindparam("clinic_id"),
    col(Appointment.created_at) >= bindparam("starts_at"),
    col(Appointment.created_at) < bindparam("before"),
)


class Span(NamedTuple):
    """When the requests were sent that are counted: from one moment on, and before another."""

    starts_at: datetime
    before: datetime


def of_clinic(session: Session, clinic_id: UUID, span: Span, *, now: datetime) -> ClinicFigures:
    """Return the figures of a clinic's requests; the caller bounds the length of `span`."""
    figures = Figures.of(_tally(session, clinic_id, span, now))
    return ClinicFigures(**figures.model_dump(), **{"from": span.starts_at}, before=span.before)


def take_stock(database: Database, *, now: datetime) -> bool:
    """Count the last full days of every clinic, unless that was done today; return whether it was.

    Each clinic is a short read of its own, so that nothing is held while hundreds are counted, and
    a short write: its place in lists hangs on how soon it answers.
    """
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    with database.reading() as session:
        last = session.get(Snapshot, LAST_DAYS)
        if last is not None and last.ends_at >= today:
            return False
        joined = select(Clinic.id, Clinic.name).where(col(Clinic.standing) == Standing.JOINED)
        clinics = session.exec(joined.order_by(col(Clinic.name), col(Clinic.id))).all()
    span, overall, counts = Span(today - timedelta(days=DAYS), today), Tally(), []
    for clinic_id, name in clinics:
        with database.reading() as session:
            own = _tally(session, clinic_id, span, now)
        median = percentile(own.seconds, 50) if len(own.seconds) >= SMALLEST_SHOWN else None
        database.settle(partial(measured, clinic_id=clinic_id, median_seconds=median, now=now))
        overall.merge(own)
        counts.append(_count(clinic_id, name, own))
    taken = Snapshot(
        name=LAST_DAYS,
        starts_at=span.starts_at,
        ends_at=span.before,
        counted_at=now,
        overall=Figures.of(overall).model_dump(mode="json"),
        clinics=[count.model_dump(mode="json") for count in counts],
    )
    database.settle(lambda session: session.merge(taken))
    return True


def stock(session: Session) -> Stock | None:
    """Return what was counted last, None before the first time. Exact: not for everybody."""
    found = session.get(Snapshot, LAST_DAYS)
    return None if found is None else Stock.model_validate(found)


def public(session: Session) -> PublicStatistics | None:
    """Return what everybody may see of it: no small count, nor one that others would give away."""
    counted = stock(session)
    if counted is None:
        return None
    answered, all_answered = published([clinic.answered for clinic in counted.clinics])
    unanswered, all_unanswered = published([clinic.unanswered for clinic in counted.clinics])
    is_shown = all_answered.at_least >= SMALLEST_SHOWN
    return PublicStatistics(
        **{"from": counted.starts_at},
        before=counted.ends_at,
        median_hours=counted.overall.first_answer.median_hours if is_shown else None,
        overall=AnswerCounts(
            answered=Published.of(all_answered), unanswered=Published.of(all_unanswered)
        ),
        clinics=[
            ClinicAnswers(
                id=clinic.id,
                name=clinic.name,
                answered=Published.of(yes),
                unanswered=Published.of(no),
            )
            for clinic, yes, no in zip(counted.clinics, answered, unanswered, strict=True)
        ],
    )


def _tally(session: Session, clinic_id: UUID, span: Span, now: datetime) -> Tally:
    given = {"clinic_id": clinic_id, **span._asdict()}
    tally = Tally()
    for values in session.connection().execute(LINES, given):
        tally.add(Line._make(values), now)
    return tally


def _count(clinic_id: UUID, name: str, tally: Tally) -> ClinicCount:
    unanswered = tally.unanswered[State.EXPIRED]
    return ClinicCount(id=clinic_id, name=name, answered=len(tally.seconds), unanswered=unanswered)
