"""Filling the contact indexes of requests from before there were any, a few at a time."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import bindparam, select, update

from referral.appointments.contacts import indexes
from referral.appointments.life.submission import PERSON
from referral.appointments.models import Appointment
from referral.db import Database, table_of
from referral.logs import facts
from referral.vault import Vault

log = logging.getLogger(__name__)
BEFORE_ALL = UUID(int=0)
APPOINTMENTS = table_of(Appointment)
# Whoever asked left an e-mail address or a phone number: a row with neither index has none yet.
UNINDEXED = (
    APPOINTMENTS.c.email_index.is_(None),
    APPOINTMENTS.c.phone_index.is_(None),
    APPOINTMENTS.c.wrapped_key.is_not(None),
)
NEXT = (
    select(*(APPOINTMENTS.c[name] for name in ("id", "clinic_id", "wrapped_key", "person")))
    .where(APPOINTMENTS.c.id > bindparam("after"), *UNINDEXED)
    .order_by(APPOINTMENTS.c.id)
    .limit(bindparam("few"))
)
# Whoever is erased in between stays so.
FILL = update(APPOINTMENTS).where(
    APPOINTMENTS.c.id == bindparam("row_id"), APPOINTMENTS.c.wrapped_key.is_not(None)
)


@dataclass(slots=True)
class OlderRequests:
    """One walk through all requests, by id: what cannot be read is passed over, and named."""

    database: Database
    vault: Vault
    few: int = 200
    after: UUID | None = BEFORE_ALL

    def index_some(self) -> int:
        """Fill the indexes of the next few and return of how many; 0 once the walk is done."""
        if self.after is None:
            return 0
        with self.database.reading() as session:
            rows = session.connection().execute(NEXT, {"after": self.after, "few": self.few}).all()
        values = list(self._values(rows))
        if values:
            with self.database.unit_of_work() as session:
                session.connection().execute(FILL, values)
        self.after = rows[-1].id if rows else None
        return len(values)

    def _values(self, rows: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - rows of four columns
        for row in rows:
            try:
                person = self.vault.open_key(row.id, row.wrapped_key).unseal(PERSON, row.person)
            except (KeyError, InvalidTag):
                words = "the request cannot be opened, so no contact finds it"
                log.warning(words, extra=facts(request=row.id))
            else:
                yield {"row_id": row.id, **indexes(person, row.clinic_id, self.vault)}
