"""Issuing, revoking and recognising staff keys."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Connection, Text, and_, bindparam, cast, or_, update
from sqlmodel import Session, col, select

from referral.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnauthorizedError,
)
from referral.notices import outbox
from referral.notices.models import Audience
from referral.staff.models import StaffKey
from referral.staff.scopes import Scope
from referral.text import N_
from referral.vault import token_hash

PREFIX = "rk_"
INCLUDES = {
    Scope.READ: {Scope.READ},
    Scope.WRITE: {Scope.READ, Scope.WRITE},
    Scope.ADMIN: {Scope.READ, Scope.WRITE, Scope.ADMIN},
}
# What a key needs to open anything, at the moment `now`.
VALID = and_(
    col(StaffKey.revoked_at).is_(None),
    or_(col(StaffKey.expires_at).is_(None), col(StaffKey.expires_at) > bindparam("now")),
)
# Every call of a clinic asks this first: put together once, and without the session's own part.
HOLDER = select(StaffKey.id, StaffKey.clinic_id, cast(col(StaffKey.scopes), Text)).where(
    col(StaffKey.key_hash) == bindparam("key_hash"), VALID
)
MOST_KEYS = 100
# What a clinic is told of its keys, by the kind of the notice.
MADE, REVOKED = "staff_key_made", "staff_key_revoked"


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is calling: a key of one clinic and what it may do."""

    key_id: UUID
    clinic_id: UUID
    scopes: frozenset[Scope]

    @property
    def actor(self) -> str:
        """The name of this caller in the log."""
        return f"staff:{self.key_id}"

    def need(self, scope: Scope) -> None:
        """Raise ForbiddenError unless the key has `scope`."""
        if scope not in self.scopes:
            raise ForbiddenError(
                N_("This key does not have the scope that is needed."), facts={"scope": scope}
            )


def issue(
    session: Session,
    clinic_id: UUID,
    *,
    label: str,
    scopes: Iterable[Scope],
    expires_at: datetime | None = None,
    now: datetime,
) -> tuple[StaffKey, str]:
    """Store a new key and return its row and the key itself, which nobody can read again.

    Raises InvalidError for a key that would have expired already, ConflictError for one too many.
    """
    if expires_at is not None and expires_at <= now:
        raise InvalidError.at(
            "expires_at", code="in-the-past", detail=N_("Choose a moment that is still to come.")
        )
    _wait_for_others(session, clinic_id)
    if len(valid(session, clinic_id, now=now)) >= MOST_KEYS:
        raise ConflictError(
            N_("The clinic has a hundred keys. Revoke those that nobody uses."),
            code="too-many-keys",
        )
    key = PREFIX + secrets.token_urlsafe(32)
    row = StaffKey(
        clinic_id=clinic_id,
        key_hash=token_hash(key),
        label=label,
        scopes=sorted({scope.value for scope in scopes}),
        created_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row, key


def issue_another(
    session: Session,
    clinic_id: UUID,
    *,
    label: str,
    scopes: Iterable[Scope],
    expires_at: datetime | None = None,
    now: datetime,
) -> tuple[StaffKey, str]:
    """Make a key as `issue` does, and tell the clinic; its first one is a part of joining."""
    row, key = issue(session, clinic_id, label=label, scopes=scopes, expires_at=expires_at, now=now)
    _tell(session, MADE, row, now=now)
    return row, key


def recognise(connection: Connection, key: str | None, *, now: datetime) -> Staff:
    """Return who holds `key`, or raise UnauthorizedError for none or one that is not valid."""
    given = {"key_hash": token_hash(key or ""), "now": now}
    found = connection.execute(HOLDER, given).first()
    if found is None:
        raise _unknown()
    key_id, clinic_id, scopes = found
    return Staff(key_id, clinic_id, _all_of(scopes))


@cache
def _all_of(stored: str) -> frozenset[Scope]:
    """Return the scopes that are stored as JSON, and those that they include."""
    return frozenset().union(*(INCLUDES[Scope(scope)] for scope in json.loads(stored)))


def is_in_force(session: Session, clinic_id: UUID, key_id: UUID, *, now: datetime) -> bool:
    """Return whether `key_id` is a key of the clinic that opens something at `now`."""
    own = select(StaffKey.id).where(StaffKey.id == key_id, StaffKey.clinic_id == clinic_id, VALID)
    return session.exec(own, params={"now": now}).first() is not None


def revoke(session: Session, key_id: UUID, *, now: datetime) -> StaffKey:
    """Make a key useless at once, and tell the clinic; revoking it again changes nothing."""
    row = session.get(StaffKey, key_id)
    if row is None:
        raise NotFoundError(N_("There is no key with this id."))
    if row.revoked_at is None:
        row.revoked_at = now
        session.add(row)
        _tell(session, REVOKED, row, now=now)
    return row


def revoke_all(session: Session, clinic_id: UUID, *, now: datetime) -> None:
    """Make all keys of a clinic useless at once."""
    mine = update(StaffKey).where(
        col(StaffKey.clinic_id) == clinic_id, col(StaffKey.revoked_at).is_(None)
    )
    session.execute(mine.values(revoked_at=now))


def withdraw(session: Session, key_id: UUID, *, by: Staff, now: datetime) -> None:
    """Revoke a key of the caller's clinic, as `revoke` does.

    Raises NotFoundError for no key of theirs, and ConflictError for the key that is calling: so
    whoever replaces a key shows that the new one works, and the last admin key stays.
    """
    if key_id == by.key_id:
        raise ConflictError(
            N_("You are calling with this key. Revoke it with another admin key: make one first."),
            code="key-is-calling",
        )
    both = select(StaffKey).where(
        col(StaffKey.clinic_id) == by.clinic_id, col(StaffKey.id).in_([key_id, by.key_id])
    )
    # Two keys may revoke each other at the same moment: one of them must come too late.
    rows = {row.id: row for row in session.exec(both.order_by(col(StaffKey.id)).with_for_update())}
    if rows[by.key_id].revoked_at is not None:
        raise _unknown()
    if key_id not in rows:
        raise NotFoundError(N_("Your clinic has no key with this id."))
    revoke(session, key_id, now=now)


def valid(session: Session, clinic_id: UUID, *, now: datetime) -> list[StaffKey]:
    """Return the keys that open something at `now`, oldest first; never more than `MOST_KEYS`."""
    found = select(StaffKey).where(col(StaffKey.clinic_id) == clinic_id, VALID)
    in_order = found.order_by(col(StaffKey.created_at), col(StaffKey.id)).limit(MOST_KEYS)
    return list(session.exec(in_order, params={"now": now}))


def _wait_for_others(session: Session, clinic_id: UUID) -> None:
    """Let whoever makes a key of this clinic be done: it counts, or nobody could list the last."""
    oldest = select(StaffKey.id).where(col(StaffKey.clinic_id) == clinic_id)
    oldest = oldest.order_by(col(StaffKey.created_at), col(StaffKey.id)).limit(1)
    session.exec(oldest.with_for_update(key_share=True))


def of_clinic(session: Session, clinic_id: UUID) -> list[StaffKey]:
    """Return a clinic's keys, oldest first, revoked ones included."""
    found = select(StaffKey).where(col(StaffKey.clinic_id) == clinic_id)
    return list(session.exec(found.order_by(col(StaffKey.created_at))))


def _tell(session: Session, kind: str, row: StaffKey, *, now: datetime) -> None:
    about = {"key_id": str(row.id)}
    draft = outbox.Draft(Audience.CLINIC, kind, clinic_id=row.clinic_id, data=about)
    outbox.put(session, draft, now=now)


def _unknown() -> UnauthorizedError:
    return UnauthorizedError(N_("Send a valid staff key as a bearer token."))
