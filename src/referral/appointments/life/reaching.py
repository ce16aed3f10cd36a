"""Whom mail does not reach: the clinic owes them a call, until they have heard."""

from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from referral.appointments.models import Appointment
from referral.db import table_of
from referral.notices.models import Audience, Notice, NoticeStatus
from referral.record.service import Entry, append
from referral.vault import Vault

MAIL_FAILED = "appointment.mail_failed"
TABLE = table_of(Appointment)
# Put together once: it is asked for each letter to a person.
HEARD = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("meant"), TABLE.c.call_due_since.is_not(None))
    .values(call_due_since=None, unreachable=False, updated_at=bindparam("now"))
)


def owe_call(appointment: Appointment, now: datetime) -> None:
    """Note that there is news that only a call can bring, unless a call is owed already."""
    appointment.call_due_since = appointment.call_due_since or now


def heard(appointment: Appointment) -> None:
    """Note that nothing is left to tell the person by phone."""
    appointment.call_due_since = None
    appointment.unreachable = False


def ended(
    session: Session, notice: Notice, status: NoticeStatus, *, vault: Vault, now: datetime
) -> None:
    """Note what it means for the person that their notice is sent, or dead.

    To be called before the notice itself is changed: whoever moves a request locks that first, too.
    """
    if notice.audience is not Audience.PATIENT or notice.appointment_id is None:
        return
    if status is NoticeStatus.DEAD:
        _not_reached(session, notice, vault, now)
        return
    # A letter says how things stand when it is written, so one is enough.
    session.connection().execute(HEARD, {"meant": notice.appointment_id, "now": now})


def _not_reached(session: Session, notice: Notice, vault: Vault, now: datetime) -> None:
    meant = select(Appointment).where(col(Appointment.id) == notice.appointment_id)
    appointment = session.exec(meant.with_for_update()).one_or_none()
    # Nobody is left to call where the data were erased.
    if appointment is None or appointment.wrapped_key is None or appointment.call_due_since:
        return
    owe_call(appointment, now)
    # Where the address itself is not indexed yet, nobody can say that there is no number.
    appointment.unreachable = (
        appointment.phone_index is None and appointment.email_index is not None
    )
    appointment.updated_at = now
    session.add(appointment)
    session.flush()
    entry = Entry(appointment.clinic_id, appointment.id, MAIL_FAILED, "system")
    append(session, entry, vault=vault, now=now)
