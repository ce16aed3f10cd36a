"""Creating calls that are sent again: the first answer is sealed, kept two days and repeated."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import CursorResult
from sqlmodel import Field, Session, SQLModel, col, delete, select

from referral.db import Sealed, UtcDateTime
from referral.errors import InvalidError
from referral.text import N_
from referral.vault import Vault

Shape = TypeVar("Shape", bound=BaseModel)
KEPT = timedelta(hours=48)
# How many are deleted in one transaction, so that nobody waits long for it.
BATCH = 1000
ANSWER = "repeats.answer"


class Repeat(SQLModel, table=True):
    """What a call under an Idempotency-Key was answered.

    `id` follows from who called, what and under which key. `fingerprint` is a keyed hash of what
    was said. The answer is sealed under `wrapped_key`, and goes with what it is `about`.
    """

    __tablename__ = "repeats"

    id: UUID = Field(primary_key=True)
    fingerprint: bytes
    about: UUID | None = Field(default=None, index=True)
    made_at: datetime = Field(sa_type=UtcDateTime, index=True)
    wrapped_key: bytes
    answer: bytes = Field(sa_type=Sealed)


@dataclass(frozen=True, slots=True)
class Call(Generic[Shape]):
    """A call that creates something: its operation, the caller's key for it, and what it says.

    `shape` is that of its answer. `about` is the request that it belongs to, else it is about what
    it makes: what was erased there is not told here.
    """

    operation: str
    key: str | None
    body: BaseModel
    shape: type[Shape]
    about: UUID | None = None

    @property
    def said(self) -> bytes:
        """What must be the same in a repeat."""
        return f"{self.about}:{self.body.model_dump_json()}".encode()


def once(
    session: Session,
    call: Call[Shape],
    make: Callable[[], Shape],
    *,
    holder: str,
    vault: Vault,
    now: datetime,
) -> Shape:
    """Return what `make` returns, or what it returned when `holder` used the same key before.

    Both are stored in the caller's transaction, which must be tried again where a unique constraint
    refuses it (`Database.settle`): of two calls at once the second waits, and finds the first.
    What `make` raises is not kept. Raises InvalidError for a key that was used for something else.
    """
    if call.key is None:
        return make()
    row_id = _id(holder, call.operation, call.key)
    before = _found(session, row_id, now)
    if before is not None:
        return _again(before, call, vault)
    key = vault.new_key(row_id)
    row = Repeat(
        id=row_id,
        fingerprint=vault.fingerprint(call.said),
        about=call.about,
        made_at=now,
        wrapped_key=key.wrapped,
        answer=b"",
    )
    session.add(row)
    session.flush()
    made = make()
    if row.about is None:
        row.about = getattr(made, "id", None)
    row.answer = key.seal(ANSWER, made.model_dump(mode="json"))
    session.flush()
    return made


def forget(session: Session, *, now: datetime) -> int:
    """Delete a batch of the answers that are kept no longer; return how many."""
    oldest = select(Repeat.id).where(col(Repeat.made_at) <= now - KEPT).limit(BATCH)
    done = session.execute(delete(Repeat).where(col(Repeat.id).in_(oldest)))
    return done.rowcount if isinstance(done, CursorResult) else 0


def forget_about(session: Session, row_ids: Collection[UUID]) -> None:
    """Delete the answers about requests or assessments whose personal data are erased."""
    session.execute(delete(Repeat).where(col(Repeat.about).in_(row_ids)))


def _id(holder: str, operation: str, key: str) -> UUID:
    return UUID(bytes=sha256(f"{holder} {operation} {key}".encode()).digest()[:16])


def _found(session: Session, row_id: UUID, now: datetime) -> Repeat | None:
    """Return what was kept, and make room for a new answer where it is too old."""
    too_old = delete(Repeat).where(col(Repeat.id) == row_id, col(Repeat.made_at) <= now - KEPT)
    session.execute(too_old)
    return session.get(Repeat, row_id)


def _again(before: Repeat, call: Call[Shape], vault: Vault) -> Shape:
    if not vault.is_fingerprint(call.said, before.fingerprint):
        raise InvalidError.at(
            "header",
            "Idempotency-Key",
            code="idempotency-key-reused",
            detail=N_("This key was used for a different request. Use a new one."),
        )
    key = vault.open_key(before.id, before.wrapped_key)
    return call.shape.model_validate(key.unseal(ANSWER, before.answer))
