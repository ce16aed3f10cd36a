"""All public clinics in parts of a bounded size, for search engines."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection
from sqlalchemy import select as sa_select
from sqlmodel import col

from referral.clinics.finding.circles import TRUE
from referral.clinics.models import Clinic
from referral.errors import NotFoundError
from referral.text import N_
from referral.web.sitemaps import MOST

# By the first digit of their ids, which are random: so no part has to be counted, or begun where
# another ends. Each holds a sixteenth, give or take a few.
PARTS: Mapping[str, tuple[UUID, UUID]] = {
    digit: (UUID(digit + 31 * "0"), UUID(digit + 31 * "f")) for digit in "0123456789abcdef"
}


def parts(connection: Connection) -> list[str]:
    """Return the names of the parts that are not empty: one row is read of each."""
    anything = {part: sa_select(col(Clinic.id)).where(*_in(part)).limit(1) for part in PARTS}
    return [part for part, one in anything.items() if connection.scalar(one) is not None]


def part_of(connection: Connection, part: str) -> list[tuple[UUID, datetime]]:
    """Return the clinics of a part, `MOST` at most, and when each was changed.

    Raises NotFoundError where there are none: a sitemap has one page at least.
    """
    shown = col(Clinic.id), col(Clinic.updated_at)
    found = sa_select(*shown).order_by(col(Clinic.id)).limit(MOST)
    rows = connection.execute(found.where(*_in(part))).all() if part in PARTS else ()
    if not rows:
        raise NotFoundError(N_("There is no such page."))
    return [(row.id, row.updated_at) for row in rows]


def _in(part: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Clinic.id).between(*PARTS[part]), col(Clinic.is_public).is_(TRUE)
