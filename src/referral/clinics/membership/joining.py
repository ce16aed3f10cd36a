"""A clinic joins: from then on people can send it requests online."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, delete, select

from referral.clinics import hours
from referral.clinics.fields import SENTENCES
from referral.clinics.membership.profile import stored
from referral.clinics.membership.schemas import ClinicChanges
from referral.clinics.membership.upkeep import rank_anew, told
from referral.clinics.models import Clinic, Invitation
from referral.clinics.provenance import TOLD_HERE
from referral.clinics.register.models import RegisterEntry
from referral.clinics.standing import Accepting, Standing
from referral.errors import InvalidError, NotFoundError
from referral.record.models import EventCounter
from referral.record.service import open_log
from referral.text import N_


class Joining(StrEnum):
    """What joining came to."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


JOININGS = {
    Joining.NEW: N_("%(name)s has joined. Clinic id: %(id)s"),
    Joining.CHANGED: N_("%(name)s has joined already. Its details are brought up to date."),
    Joining.UNCHANGED: N_("%(name)s has joined already. Nothing has changed."),
}


def join(session: Session, clinic: Clinic, given: ClinicChanges, *, now: datetime) -> Joining:
    """Let a clinic receive requests, with what it tells; again, change what differs.

    From now on it is shown to everybody, and its invitation is used. What it does not tell stays as
    it is known; hours that nobody knows are `DEFAULT_HOURS`. Raises InvalidError for a clinic
    without an e-mail address.
    """
    values = stored(given)
    if not (values.get("email") or clinic.email):
        raise InvalidError.at("email", code="email", detail=SENTENCES["email"])
    if not (values.get("hours") or clinic.hours):
        values["hours"] = hours.to_json(hours.DEFAULT_HOURS)
    is_new = clinic.standing is not Standing.JOINED
    if is_new:
        values = {"accepting": Accepting.YES} | values
        values |= {"standing": Standing.JOINED, "is_public": True, "confirmed_at": now}
        session.execute(delete(Invitation).where(col(Invitation.clinic_id) == clinic.id))
        _have_log(session, clinic.id)
    if all(getattr(clinic, name) == value for name, value in values.items()):
        return Joining.UNCHANGED
    clinic.told_on = clinic.told_on | told(values.keys() & TOLD_HERE, now=now)
    clinic.sqlmodel_update(values | {"updated_at": now})
    rank_anew(clinic, now=now)
    session.flush()
    return Joining.NEW if is_new else Joining.CHANGED


def named(session: Session, which: str) -> Clinic:
    """Return the clinic of an id, or of an NPI: its own, or that of any of its providers.

    Raises NotFoundError where there is none in the directory.
    """
    try:
        clinic = session.get(Clinic, UUID(which))
    except ValueError:
        clinic = _known_by(session, which)
    if clinic is None:
        raise NotFoundError(
            N_("No clinic with this NPI or id is in the directory. Import it first.")
        )
    return clinic


def _known_by(session: Session, npi: str) -> Clinic | None:
    known_by = select(Clinic).where(col(Clinic.npi) == npi)
    practices = select(Clinic).join(RegisterEntry).where(col(RegisterEntry.npi) == npi)
    return session.exec(known_by).one_or_none() or session.exec(practices).one_or_none()


def _have_log(session: Session, clinic_id: UUID) -> None:
    """Open the clinic's log, unless the import did: events can be appended from now on."""
    if session.get(EventCounter, clinic_id) is None:
        open_log(session, clinic_id)
