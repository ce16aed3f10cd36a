"""A clinic leaves: asked nothing new at once, and only listed again once nobody waits for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.membership.upkeep import locked, rank_anew
from referral.clinics.models import Chiropractor, Clinic, Confirmation, Departure, Invitation
from referral.clinics.register.models import RegisterEntry
from referral.clinics.register.regrouping import regroup
from referral.clinics.register.shelving import UNTOLD
from referral.clinics.standing import Standing
from referral.errors import ConflictError
from referral.text import N_

# What else is known of a clinic only because it told us, or because it took requests here.
FORGOTTEN: Mapping[str, Any] = {
    "paused_because": None,
    "next_free_week": None,
    "confirmed_at": None,
    "median_answer_seconds": None,
    "left_unanswered": 0,
    "told_on": {},
}


def leave(session: Session, clinic_id: UUID, *, now: datetime) -> Departure:
    """Let a clinic be asked nothing new, and note that it leaves; again changes nothing.

    Ending the pause takes it back. Raises ConflictError for a clinic that has not joined.
    """
    clinic = locked(session, clinic_id)
    if clinic.standing is not Standing.JOINED:
        raise ConflictError(N_("This clinic has not joined."), code="not-joined")
    departure = session.get(Departure, clinic_id)
    if departure is None:
        departure = Departure(clinic_id=clinic_id, asked_at=now)
        session.add(departure)
        clinic.paused, clinic.paused_because, clinic.updated_at = True, None, now
        rank_anew(clinic, now=now)
        session.flush()
    return departure


def relist(session: Session, clinic: Clinic, *, zips: ZipCentroids, now: datetime) -> None:
    """Make a clinic one that is only listed: what it told is forgotten, its register entry stays.

    Chiropractors who have visits stay as well. `clinic` is locked by the caller.
    """
    clinic.sqlmodel_update({**UNTOLD, **FORGOTTEN, "updated_at": now})
    for table in (Departure, Confirmation, Invitation):
        session.execute(delete(table).where(col(table.clinic_id) == clinic.id))
    mine = select(RegisterEntry).where(
        col(RegisterEntry.clinic_id) == clinic.id, RegisterEntry.is_active
    )
    spots = {entry.spot for entry in session.exec(mine)}
    if spots:
        _part_from_people(session, clinic.id)
    rank_anew(clinic, now=now)
    session.flush()
    regroup(session, spots, [], zips=zips, now=now)


def _part_from_people(session: Session, clinic_id: UUID) -> None:
    """Delete who has no visits: the register puts its own back."""
    mine = select(Chiropractor).where(col(Chiropractor.clinic_id) == clinic_id)
    for person in session.exec(mine).all():
        try:
            with session.begin_nested():
                session.delete(person)
        except IntegrityError:
            # The database knows who refers to them.
            continue
