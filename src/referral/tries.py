"""Wrong tries at a secret, counted in the database so that all processes share one count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import CursorResult
from sqlmodel import Field, Session, SQLModel, col, delete, select

from referral.db import UtcDateTime
from referral.errors import TooManyError

Result = TypeVar("Result")
# How long a count is kept: no limit may last longer.
KEPT = timedelta(hours=1)


class WrongCode(SQLModel, table=True):
    """How often something was tried with a wrong secret lately.

    `reference_hash` is a keyed hash of what was tried, such as the reference of a request.
    """

    __tablename__ = "wrong_codes"

    reference_hash: bytes = Field(primary_key=True)
    tries: int
    since: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Limit:
    """The most wrong tries within a span that begins with the first, and what is said then."""

    most: int
    within: timedelta
    sentence: str

    def __post_init__(self) -> None:
        if self.within > KEPT:
            raise ValueError("counts are not kept as long as this limit lasts")


def attempt(
    session: Session,
    reference_hash: bytes,
    check: Callable[[], Result],
    *,
    limit: Limit,
    now: datetime,
) -> Result:
    """Return what `check` returns; None or False is counted as a wrong try.

    It is counted in the caller's transaction, which must be kept. Raises TooManyError once there
    are too many, and then does not ask `check`, so that the answer tells nothing of the secret.
    """
    tried = _tried(session, reference_hash, limit, now)
    if tried.tries >= limit.most:
        raise TooManyError(limit.sentence, wait=tried.since + limit.within - now)
    result = check()
    if not result:
        tried.tries += 1
        session.add(tried)
    return result


def forget(session: Session, *, now: datetime) -> int:
    """Delete the counts that no limit looks at any more; return how many."""
    done = session.execute(delete(WrongCode).where(col(WrongCode.since) <= now - KEPT))
    return done.rowcount if isinstance(done, CursorResult) else 0


def _tried(session: Session, reference_hash: bytes, limit: Limit, now: datetime) -> WrongCode:
    found = session.exec(
        select(WrongCode).where(WrongCode.reference_hash == reference_hash).with_for_update()
    ).first()
    if found is None:
        return WrongCode(reference_hash=reference_hash, tries=0, since=now)
    if found.since <= now - limit.within:
        found.tries, found.since = 0, now
    return found
