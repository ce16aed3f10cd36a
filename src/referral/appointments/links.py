"""A request behind its private link."""

from sqlmodel import Session, col, select

from referral.appointments.models import Appointment
from referral.errors import ErasedError, NotFoundError
from referral.text import N_
from referral.vault import token_hash

GONE = N_(
    "What you told us is gone for good, and the clinic cannot read it here any more. You can ask "
    "again at any time."
)


def held(session: Session, token: str, *, lock: bool) -> Appointment:
    """Return the row behind a private link, or raise NotFoundError, or ErasedError for its data."""
    found = select(Appointment).where(col(Appointment.token_hash) == token_hash(token))
    appointment = session.exec(found.with_for_update() if lock else found).first()
    if appointment is None:
        raise NotFoundError(N_("This link does not lead to a request. Check that it is complete."))
    if appointment.wrapped_key is None:
        raise ErasedError(GONE)
    return appointment
