"""Issuing, revoking and recognising staff keys."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam
from sqlmodel import Session, col, select

from referral.errors import ForbiddenError, NotFoundError, UnauthorizedError
from referral.staff.models import Scope, StaffKey
from referral.text import N_
from referral.vault import token_hash

PREFIX = "rk_"
INCLUDES = {
    Scope.READ: {Scope.READ},
    Scope.WRITE: {Scope.READ, Scope.WRITE},
    Scope.ADMIN: {Scope.READ, Scope.WRITE, Scope.ADMIN},
}
# Every call of a clinic asks this first: put together once, and without the session's own part.
HOLDER = select(StaffKey.id, StaffKey.clinic_id, StaffKey.scopes).where(
    col(StaffKey.key_hash) == bindparam("key_hash"), col(StaffKey.revoked_at).is_(None)
)


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
    session: Session, clinic_id: UUID, *, label: str, scopes: Iterable[Scope], now: datetime
) -> tuple[StaffKey, str]:
    """Store a new key and return its row and the key itself, which nobody can read again."""
    key = PREFIX + secrets.token_urlsafe(32)
    row = StaffKey(
        clinic_id=clinic_id,
        key_hash=token_hash(key),
        label=label,
        scopes=sorted({scope.value for scope in scopes}),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row, key


def recognise(connection: Connection, key: str | None) -> Staff:
    """Return who holds `key`, or raise UnauthorizedError for none, an unknown or a revoked one."""
    found = connection.execute(HOLDER, {"key_hash": token_hash(key or "")}).first()
    if found is None:
        raise UnauthorizedError(N_("Send a valid staff key as a bearer token."))
    key_id, clinic_id, scopes = found
    return Staff(key_id, clinic_id, frozenset().union(*(INCLUDES[Scope(s)] for s in scopes)))


def is_in_force(session: Session, clinic_id: UUID, key_id: UUID) -> bool:
    """Return whether `key_id` is a key of the clinic that was not revoked."""
    row = session.get(StaffKey, key_id)
    return row is not None and row.clinic_id == clinic_id and row.revoked_at is None


def revoke(session: Session, key_id: UUID, *, now: datetime) -> StaffKey:
    """Make a key useless at once; revoking it again changes nothing."""
    row = session.get(StaffKey, key_id)
    if row is None:
        raise NotFoundError(N_("There is no key with this id."))
    row.revoked_at = row.revoked_at or now
    session.add(row)
    return row


def of_clinic(session: Session, clinic_id: UUID) -> list[StaffKey]:
    """Return a clinic's keys, oldest first, revoked ones included."""
    found = select(StaffKey).where(col(StaffKey.clinic_id) == clinic_id)
    return list(session.exec(found.order_by(col(StaffKey.created_at))))
