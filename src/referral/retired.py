"""Ring keys that are retired: kept in the database under the first key, to make links again."""

from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlmodel import Field, Session, SQLModel, col

from referral.db import Database, UtcDateTime
from referral.settings import Settings
from referral.vault import Vault


class RetiredKey(SQLModel, table=True):
    """A key that was called `name` in the ring; `wrapped_key` is wrapped like the key of a row."""

    __tablename__ = "retired_keys"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str
    retired_at: datetime = Field(sa_type=UtcDateTime)
    wrapped_key: bytes


KEPT = select(col(RetiredKey.id), col(RetiredKey.wrapped_key))


def vault_of(settings: Settings, database: Database) -> Vault:
    """Return the vault of an installation: the ring it is given, and what its database keeps."""
    return Vault(settings.ring, partial(_kept, database))


def retire(session: Session, vault: Vault, name: str, *, now: datetime) -> None:
    """Keep the ring's key of this name, unless it is kept already."""
    if not vault.is_retired(name):
        row = RetiredKey(name=name, retired_at=now, wrapped_key=b"")
        row.wrapped_key = vault.retiring(row.id, name)
        session.add(row)


def _kept(database: Database) -> list[tuple[UUID, bytes]]:
    return [(row.id, row.wrapped_key) for row in database.glance(KEPT)]
