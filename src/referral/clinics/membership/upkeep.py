"""Keeping what a clinic's place in lists hangs on: how it answers, its pauses, its handicap."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from referral.clinics import ranking
from referral.clinics.membership.own_page import page_of
from referral.clinics.models import Clinic
from referral.clinics.ranking import Facts
from referral.clinics.standing import AutoPause
from referral.notices.models import Audience
from referral.notices.outbox import Draft, put
from referral.vault import Vault

MOST_UNANSWERED = 3
# The kind of the notice.
PAUSED = "clinic_paused"


def facts_of(clinic: Clinic) -> Facts:
    """Return what counts of a clinic beside its distance."""
    return Facts(**{name: getattr(clinic, name) for name in Facts._fields})


def told(names: Iterable[str], *, now: datetime) -> dict[str, str]:
    """Return that the clinic told these fields now, as `Clinic.told_on` keeps it."""
    return dict.fromkeys(names, now.astimezone(UTC).date().isoformat())


def rank_anew(clinic: Clinic, *, now: datetime) -> None:
    """Bring the handicap up to date: whoever changes one of its facts calls this."""
    clinic.handicap = ranking.handicap(facts_of(clinic), today=now.astimezone(UTC).date())


def answered(session: Session, clinic_id: UUID, *, now: datetime) -> None:
    """Note that the clinic answered a request: what it left unanswered before is made good."""
    owing = of_id(clinic_id).where(col(Clinic.left_unanswered) > 0)
    clinic = session.exec(owing).one_or_none()
    if clinic is not None and clinic.paused_because is not AutoPause.LEFT_UNANSWERED:
        clinic.left_unanswered = 0
        rank_anew(clinic, now=now)


def let_expire(session: Session, clinic_id: UUID, *, vault: Vault, now: datetime) -> None:
    """Note that a request ended without the clinic's answer; after three in a row, pause it."""
    clinic = locked(session, clinic_id)
    clinic.left_unanswered += 1
    if clinic.left_unanswered >= MOST_UNANSWERED and not clinic.paused:
        pause(session, clinic, AutoPause.LEFT_UNANSWERED, vault=vault, now=now)
    rank_anew(clinic, now=now)


def pause(
    session: Session, clinic: Clinic, because: AutoPause, *, vault: Vault, now: datetime
) -> None:
    """Let the clinic be asked nothing new, and tell it where it can end that."""
    clinic.paused, clinic.paused_because = True, because
    page_of(session, clinic, vault=vault, now=now)
    data = {"because": because}
    put(session, Draft(Audience.CLINIC, PAUSED, clinic_id=clinic.id, data=data), now=now)


def end_our_pause(clinic: Clinic, *, now: datetime) -> None:
    """Forget why we paused a clinic, now that it says itself whether it is paused.

    It begins anew: who takes requests again says that somebody is there, and the details right.
    """
    if clinic.paused_because is not None:
        clinic.paused_because, clinic.left_unanswered, clinic.confirmed_at = None, 0, now


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
    return session.exec(of_id(clinic_id)).one()


def of_id(clinic_id: UUID) -> SelectOfScalar[Clinic]:
    """Return the query for a clinic's row, locked, as it is now, however it was read before.

    New rows that refer to it need not wait.
    """
    mine = select(Clinic).where(col(Clinic.id) == clinic_id).with_for_update(key_share=True)
    return mine.execution_options(populate_existing=True)
