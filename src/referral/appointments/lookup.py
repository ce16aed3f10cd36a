"""Finding one's request without its link: by reference and the code that is said over the phone."""

import hmac
import re
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from referral.appointments.models import Appointment, WrongCode
from referral.errors import TooManyError
from referral.text import N_
from referral.vault import Vault

MOST_TRIES = 5
FORGOTTEN_AFTER = timedelta(hours=1)
NOT_ALPHABET = re.compile(r"[^0-9A-Z]")


def token_for(
    session: Session, reference: str, code: str, *, vault: Vault, now: datetime
) -> str | None:
    """Return the link token of a request, or None if reference and code do not belong together.

    A wrong pair is counted in the caller's transaction, which must be kept. Raises TooManyError
    after five of them for one reference within an hour, whether there is such a request or not.
    """
    written = _written(reference)
    tried = _tries(session, vault.fingerprint(written.encode()), now)
    if tried.tries >= MOST_TRIES:
        raise TooManyError(N_("There were too many tries. Wait an hour, or call the clinic."))
    appointment = session.exec(
        select(Appointment).where(col(Appointment.reference) == written)
    ).first()
    if appointment is not None:
        right = vault.spoken_code(appointment.id).replace("-", "")
        if hmac.compare_digest(NOT_ALPHABET.sub("", code).encode(), right.encode()):
            return vault.link_token(appointment.id)
    tried.tries += 1
    session.add(tried)
    return None


def _written(reference: str) -> str:
    letters = NOT_ALPHABET.sub("", reference.upper())[:8]
    return f"{letters[:4]}-{letters[4:]}"


def _tries(session: Session, reference_hash: bytes, now: datetime) -> WrongCode:
    found = session.exec(
        select(WrongCode).where(WrongCode.reference_hash == reference_hash).with_for_update()
    ).first()
    if found is None:
        return WrongCode(reference_hash=reference_hash, tries=0, since=now)
    if found.since < now - FORGOTTEN_AFTER:
        found.tries, found.since = 0, now
    return found
