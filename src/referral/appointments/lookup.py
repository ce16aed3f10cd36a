"""Finding one's request without its link: by reference and the code that is said over the phone."""

import hmac
import re
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from referral.appointments.models import Appointment
from referral.text import N_
from referral.tries import Limit, attempt
from referral.vault import Vault

LIMIT = Limit(
    most=5,
    within=timedelta(hours=1),
    sentence=N_("There were too many tries. Wait an hour, or call the clinic."),
)
NOT_ALPHABET = re.compile(r"[^0-9A-Z]")


def token_for(
    session: Session, reference: str, code: str, *, vault: Vault, now: datetime
) -> str | None:
    """Return the link token of a request, or None if reference and code do not belong together.

    A wrong pair is counted in the caller's transaction, which must be kept. Raises TooManyError
    after five of them for one reference within an hour, whether there is such a request or not.
    """
    written = _written(reference)
    return attempt(
        session,
        vault.fingerprint(written.encode()),
        lambda: _token(session, written, code, vault),
        limit=LIMIT,
        now=now,
    )


def _token(session: Session, written: str, code: str, vault: Vault) -> str | None:
    appointment = session.exec(
        select(Appointment).where(col(Appointment.reference) == written)
    ).first()
    if appointment is None:
        return None
    row, stored = appointment.id, appointment.token_hash
    right = vault.spoken_code(row, stored).replace("-", "")
    is_right = hmac.compare_digest(NOT_ALPHABET.sub("", code).encode(), right.encode())
    return vault.link_token(row, stored) if is_right else None


def _written(reference: str) -> str:
    letters = NOT_ALPHABET.sub("", reference.upper())[:8]
    return f"{letters[:4]}-{letters[4:]}"
