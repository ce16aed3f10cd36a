"""The private link to the page on which a clinic keeps its own details."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, delete, select

from referral.clinics.models import Clinic, Confirmation
from referral.errors import NotFoundError
from referral.text import N_
from referral.vault import Vault, token_hash


def page_of(session: Session, clinic: Clinic, *, vault: Vault, now: datetime) -> Confirmation:
    """Return what leads to a clinic's page; one opened now asks nothing anew."""
    mine = select(Confirmation).where(col(Confirmation.clinic_id) == clinic.id)
    found = session.exec(mine).one_or_none()
    return found or _open(session, clinic.id, vault=vault, asked_at=clinic.confirmed_at or now)


def open_anew(session: Session, clinic_id: UUID, *, vault: Vault, now: datetime) -> Confirmation:
    """Give a clinic's page a new link, and ask there whether all is right; the old link ends."""
    session.execute(delete(Confirmation).where(col(Confirmation.clinic_id) == clinic_id))
    return _open(session, clinic_id, vault=vault, asked_at=now)


def asked_by(session: Session, token: str) -> tuple[Clinic, Confirmation]:
    """Return the clinic that a mailed link asks, and what was asked; or raise NotFoundError."""
    asked = select(Confirmation).where(col(Confirmation.token_hash) == token_hash(token))
    found = session.exec(asked).one_or_none()
    if found is None:
        raise NotFoundError(N_("There is no such page. The link of the newest mail leads on."))
    return session.get_one(Clinic, found.clinic_id), found


def _open(session: Session, clinic_id: UUID, *, vault: Vault, asked_at: datetime) -> Confirmation:
    new_id = uuid4()
    hashed = token_hash(vault.link_token(new_id))
    page = Confirmation(id=new_id, clinic_id=clinic_id, token_hash=hashed, asked_at=asked_at)
    session.add(page)
    session.flush()
    return page
