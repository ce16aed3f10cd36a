"""Asking clinics whether their details are still right: quarterly, by a mailed page, in steps.

Who does not answer sinks (`ranking.FRESH`), is warned, and then receives no new requests until the
clinic has answered.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, or_, select

from referral.clinics.membership.own_page import asked_by, open_anew
from referral.clinics.membership.upkeep import end_our_pause, locked, pause, rank_anew
from referral.clinics.models import Clinic, Confirmation, Departure
from referral.clinics.ranking import ASKED_AFTER
from referral.clinics.standing import AutoPause, Standing
from referral.db import Database
from referral.notices.models import Audience
from referral.notices.outbox import Draft, put
from referral.vault import Vault

# From each step to the next, so that none is left out when the worker was away.
WARNED_AFTER = timedelta(days=30)
STOPPED_AFTER = timedelta(days=14)
# The kinds of the notices.
ASKED, WARNED = "confirmation_asked", "confirmation_warned"


class Step(StrEnum):
    """What is done next about a clinic that has not confirmed its details."""

    ASK = "ask"
    WARN = "warn"
    STOP = "stop"


def next_step(
    confirmed_at: datetime | None,
    asked_at: datetime | None,
    warned_at: datetime | None,
    *,
    now: datetime,
) -> Step | None:
    """Return what is to be done now, if anything: each step needs the one before."""
    if confirmed_at is not None and now < confirmed_at + ASKED_AFTER:
        return None
    if asked_at is None or is_answered(confirmed_at, asked_at):
        return Step.ASK
    if warned_at is None:
        return Step.WARN if now >= asked_at + WARNED_AFTER else None
    return Step.STOP if now >= warned_at + STOPPED_AFTER else None


def is_answered(confirmed_at: datetime | None, asked_at: datetime) -> bool:
    """Say whether the clinic has confirmed its details since it was asked."""
    return confirmed_at is not None and confirmed_at >= asked_at


def attend_all(database: Database, vault: Vault, *, now: datetime) -> int:
    """Do what is due about each clinic, each in a transaction; return how much was done.

    A clinic without an address cannot be asked: it only sinks. One that leaves need not be.
    """
    old = or_(col(Clinic.confirmed_at).is_(None), col(Clinic.confirmed_at) <= now - ASKED_AFTER)
    can_be_asked = col(Clinic.standing) == Standing.JOINED, col(Clinic.email).is_not(None)
    stays = col(Clinic.id).not_in(select(Departure.clinic_id))
    due = select(Clinic.id).where(*can_be_asked, stays, old)
    with database.reading() as session:
        clinics = session.exec(due.order_by(col(Clinic.id))).all()
    verbs = (partial(_attend, clinic_id=one, vault=vault, now=now) for one in clinics)
    return sum(database.settle(verb) for verb in verbs)


def ask(session: Session, clinic_id: UUID, *, vault: Vault, now: datetime) -> Confirmation:
    """Ask a clinic whether its details are right; the link of an earlier mail ends."""
    asked = open_anew(session, clinic_id, vault=vault, now=now)
    _tell(session, ASKED, asked, now=now)
    return asked


def confirm(session: Session, token: str, *, now: datetime) -> None:
    """Keep that all details are right, and end a pause of ours; a second time changes nothing."""
    clinic, asked = asked_by(session, token)
    clinic = locked(session, clinic.id)
    if is_answered(clinic.confirmed_at, asked.asked_at):
        return
    clinic.confirmed_at = now
    if clinic.paused_because is not None:
        clinic.paused = False
        end_our_pause(clinic, now=now)
    rank_anew(clinic, now=now)


def _attend(session: Session, *, clinic_id: UUID, vault: Vault, now: datetime) -> bool:
    clinic = locked(session, clinic_id)
    before = select(Confirmation).where(col(Confirmation.clinic_id) == clinic_id)
    asked = session.exec(before).one_or_none()
    steps = (asked.asked_at, asked.warned_at) if asked else (None, None)
    step = next_step(clinic.confirmed_at, *steps, now=now)
    if step is Step.STOP and not clinic.paused:
        pause(session, clinic, AutoPause.UNCONFIRMED, vault=vault, now=now)
        rank_anew(clinic, now=now)
    elif step is Step.WARN and asked is not None:
        asked.warned_at = now
        _tell(session, WARNED, asked, now=now)
    elif step is Step.ASK:
        ask(session, clinic_id, vault=vault, now=now)
    else:
        return False
    return True


def _tell(session: Session, kind: str, asked: Confirmation, *, now: datetime) -> None:
    told = {"confirmation_id": str(asked.id)}
    put(session, Draft(Audience.CLINIC, kind, clinic_id=asked.clinic_id, data=told), now=now)
