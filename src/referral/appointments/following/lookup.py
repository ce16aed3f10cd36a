"""Finding one's request without its link: by reference and the code that is said over the phone."""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from referral.aloud import plain
from referral.appointments.models import Appointment
from referral.appointments.reference import written
from referral.text import N_
from referral.tries import Limit, attempt
from referral.vault import Vault, token_hash

NOBODY = UUID(int=0)
LIMIT = Limit(
    most=5,
    within=timedelta(hours=1),
    sentence=N_("There were too many tries. Wait an hour, or call the clinic."),
)


def token_for(
    session: Session, reference: str, code: str, *, vault: Vault, now: datetime
) -> str | None:
    """Return the link token of a request, or None if reference and code do not belong together.

    A wrong pair is counted in the caller's transaction, which must be kept. Raises TooManyError
    after five of them for one reference within an hour, whether there is such a request or not.
    """
    typed = written(reference)
    return attempt(
        session,
        vault.fingerprint(typed.encode()),
        lambda: _token(session, typed, code, vault),
        limit=LIMIT,
        now=now,
    )


def _token(session: Session, reference: str, code: str, vault: Vault) -> str | None:
    named = select(Appointment.id, Appointment.token_hash).where(
        col(Appointment.reference) == reference
    )
    found = session.exec(named).first()
    # Worked out for a reference of nobody, too: the time that it takes must not tell them apart.
    nobody = NOBODY, token_hash(vault.link_token(NOBODY))
    row, stored = found or nobody
    right = vault.spoken_code(row, stored).replace("-", "")
    is_right = hmac.compare_digest(plain(code).encode(), right.encode())
    return vault.link_token(row, stored) if found and is_right else None
