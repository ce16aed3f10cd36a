"""Keeping what a clinic's place in lists hangs on: how it answers, its pauses, its handicap."""

from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from referral.clinics import ranking
from referral.clinics.models import Clinic
from referral.clinics.ranking import FACTS, Facts


def facts_of(clinic: Clinic) -> Facts:
    """Return what counts of a clinic beside its distance."""
    return Facts(**{name: getattr(clinic, name) for name in FACTS})


def rank_anew(clinic: Clinic, *, now: datetime) -> None:
    """Bring the handicap up to date: whoever changes one of its facts calls this."""
    clinic.handicap = ranking.handicap(facts_of(clinic), today=now.astimezone(UTC).date())


def resume(clinic: Clinic) -> None:
    """Forget why we paused a clinic, and what it left unanswered: it begins anew."""
    clinic.paused, clinic.paused_because, clinic.left_unanswered = False, None, 0


def measured(
    session: Session, clinic_id: UUID, median_seconds: int | None, *, now: datetime
) -> None:
    """Keep how long the clinic's answers take, and forget a free week that is over."""
    clinic = locked(session, clinic_id)
    clinic.median_answer_seconds = median_seconds
    this_week = ranking.week_of(now.astimezone(UTC).date())
    if clinic.next_free_week is not None and clinic.next_free_week < this_week:
        clinic.next_free_week = None
    rank_anew(clinic, now=now)


def locked(session: Session, clinic_id: UUID) -> Clinic:
    """Return the clinic's row; who else would change it waits."""
    mine = select(Clinic).where(col(Clinic.id) == clinic_id).with_for_update()
    return session.exec(mine).one()
