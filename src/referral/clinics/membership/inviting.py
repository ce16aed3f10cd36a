"""Inviting a clinic to join: by mail or by a code, once, until a day; and taking it up."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel
from sqlalchemy import ColumnElement, CursorResult
from sqlmodel import Session, col, delete, select

from referral.aloud import ALPHABET, plain
from referral.clinics.fields import NEVER_OPEN, SENTENCES
from referral.clinics.membership import profile
from referral.clinics.membership.joining import join
from referral.clinics.membership.own_page import page_of
from referral.clinics.membership.schemas import ClinicChanges
from referral.clinics.membership.upkeep import locked
from referral.clinics.models import Clinic, Invitation
from referral.clinics.representations import OwnClinic
from referral.clinics.standing import Accepting, Standing
from referral.errors import ConflictError, InvalidError, NotFoundError, Problem
from referral.notices.models import Audience
from referral.notices.outbox import Draft, put
from referral.staff.scopes import Scope
from referral.staff.service import issue
from referral.text import N_
from referral.vault import Vault, token_hash

# The kind of the notice.
INVITED = "clinic_invited"
# 30 signs to choose from: 49 bits (docs/adr/0025).
CODE_LENGTH = 10
CODE = "invitation code"
NEEDED = ("phone", "email", "hours")


class Accepted(BaseModel):
    """What a clinic has after joining: its key, which nobody can read again, and its page."""

    clinic_id: UUID
    key: str
    page_token: str


def invite(
    session: Session,
    clinic: Clinic,
    *,
    email: str | None,
    lasts: timedelta,
    vault: Vault,
    now: datetime,
) -> tuple[Invitation, str]:
    """Invite a clinic by a mailed link, or without an address by the code that is returned.

    An earlier invitation of the clinic ends. Raises ConflictError for one that has joined.
    """
    if clinic.standing is Standing.JOINED:
        raise ConflictError(N_("This clinic has joined already."), code="joined")
    withdraw(session, clinic.id)
    new_id, code = uuid4(), "" if email else _new_code()
    invitation = Invitation(
        id=new_id,
        clinic_id=clinic.id,
        token_hash=token_hash(vault.link_token(new_id)),
        code_hash=vault.blind_index(CODE, code.encode()) if code else None,
        email=email,
        made_at=now,
        expires_at=now + lasts,
    )
    session.add(invitation)
    session.flush()
    if email:
        data = {"invitation_id": str(new_id)}
        put(session, Draft(Audience.CLINIC, INVITED, clinic_id=clinic.id, data=data), now=now)
    return invitation, f"{code[:5]}-{code[5:]}" if code else ""


def open_invitations(session: Session, *, now: datetime) -> list[tuple[Invitation, Clinic]]:
    """Return the invitations that can still be used, the one that ends first before the others."""
    held = select(Invitation, Clinic).join(Clinic).where(col(Invitation.expires_at) > now)
    return list(session.exec(held.order_by(col(Invitation.expires_at), col(Invitation.id))))


def withdraw(session: Session, clinic_id: UUID) -> bool:
    """End the invitation of a clinic, with what was entered; False where there is none."""
    return _deleted(session, col(Invitation.clinic_id) == clinic_id)


def forget(session: Session, *, now: datetime) -> bool:
    """Delete the invitations that nobody can use any more."""
    return _deleted(session, col(Invitation.expires_at) <= now)


def token_of(session: Session, code: str, *, vault: Vault, now: datetime) -> str | None:
    """Return the link token of the invitation with this code, or None; nothing else is told."""
    possible = vault.blind_indexes(CODE, plain(code).encode())
    with_code = select(Invitation).where(
        col(Invitation.code_hash).in_(possible), col(Invitation.expires_at) > now
    )
    found = session.exec(with_code).one_or_none()
    return vault.link_token(found.id, found.token_hash) if found else None


def held_by(session: Session, token: str, *, now: datetime, lock: bool = False) -> Invitation:
    """Return the invitation behind a link; NotFoundError if it was used, is over or never was.

    With `lock`, who else would use it waits.
    """
    held = select(Invitation).where(
        col(Invitation.token_hash) == token_hash(token), col(Invitation.expires_at) > now
    )
    found = session.exec(held.with_for_update() if lock else held).one_or_none()
    if found is None:
        raise NotFoundError(N_("This invitation cannot be used any more."))
    return found


def entered(session: Session, invitation: Invitation) -> OwnClinic:
    """Return the clinic as it will be, with what it has entered so far."""
    own = profile.read(session, invitation.clinic_id).model_dump()
    guessed: dict[str, Any] = {"email": own["email"] or invitation.email}
    if own["accepting"] is Accepting.UNKNOWN:
        guessed["accepting"] = Accepting.YES
    return OwnClinic.model_validate(own | guessed | invitation.draft)


def enter(session: Session, token: str, values: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what a section of the page gave, checked already, until the clinic joins."""
    invitation = held_by(session, token, now=now, lock=True)
    invitation.draft = {**invitation.draft, **values}


def accept(session: Session, token: str, *, vault: Vault, now: datetime) -> Accepted:
    """Let the clinic join as it has entered itself, and make its first key.

    Raises NotFoundError as `held_by` does, InvalidError at the fields that are still to be told,
    and ConflictError as `profile.keep_chiropractors` does.
    """
    invitation = held_by(session, token, now=now, lock=True)
    own = entered(session, invitation)
    _need(own)
    clinic = locked(session, invitation.clinic_id)
    fields = {"email": own.email, **invitation.draft}
    people = fields.pop("chiropractors", None)
    join(session, clinic, ClinicChanges.model_validate(fields), now=now)
    if people is not None:
        profile.keep_chiropractors(session, clinic.id, own.chiropractors, now=now)
    _, key = issue(session, clinic.id, label="first key", scopes=[Scope.ADMIN], now=now)
    page = page_of(session, clinic, vault=vault, now=now)
    return Accepted(
        clinic_id=clinic.id, key=key, page_token=vault.link_token(page.id, page.token_hash)
    )


def _need(own: OwnClinic) -> None:
    words = {"hours": NEVER_OPEN, **SENTENCES}
    missing = [name for name in NEEDED if not getattr(own, name)]
    if missing:
        raise InvalidError([Problem((name,), "missing", words[name]) for name in missing])


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _deleted(session: Session, which: ColumnElement[bool]) -> bool:
    done = session.execute(delete(Invitation).where(which))
    return isinstance(done, CursorResult) and done.rowcount > 0
