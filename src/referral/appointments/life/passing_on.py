"""Sending a request on to another clinic after a no or silence, with nothing typed again."""

from collections.abc import Iterator
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from referral.appointments import windows
from referral.appointments.contacts import indexes
from referral.appointments.life import announcements
from referral.appointments.life.clock import set_due
from referral.appointments.life.movers import Codes, Mover, facts, promise_anew
from referral.appointments.life.submission import PERSON, check_open
from referral.appointments.models import Appointment
from referral.appointments.reasons import NextStep
from referral.appointments.reference import reference_from
from referral.appointments.states import Actor, Fact, State
from referral.appointments.steps import SendOn
from referral.clinics.models import Clinic
from referral.clinics.standing import takes_requests
from referral.errors import ConflictError
from referral.record.service import Entry, append
from referral.text import N_
from referral.vault import token_hash

TAKEN_ALONG = (
    "assessment_id",
    "level",
    "doctor_cleared",
    "consent_version",
    "by_phone",
    "language",
    "answers_until",
)


def send_on(session: Session, appointment: Appointment, step: SendOn, mover: Mover) -> Codes:
    """Make a new request to another clinic out of this one.

    Windows that have passed are left out; the clinic may then offer times. Raises InvalidError at
    `clinic_id` and ConflictError (asked before, takes no requests).
    """
    clinic = _open_clinic(session, step.clinic_id)
    _check_unasked(session, appointment, clinic.id)
    following = _copy(appointment, clinic, mover)
    promise_anew(session, following, mover)
    set_due(following)
    _store(session, following)
    appointment.sent_on_to = following.id
    entry = Entry(clinic.id, following.id, "appointment.requested", mover.name, {"sent_on": True})
    append(session, entry, vault=mover.vault, now=mover.now)
    # Where time sent it on, the old request's notice tells the person.
    tell_patient = mover.actor is Actor.PATIENT and not following.by_phone
    announcements.of_new(session, following.id, clinic.id, tell_patient=tell_patient, now=mover.now)
    return {"clinic_id": clinic.id.hex}


def agreed(session: Session, appointment: Appointment, mover: Mover) -> Iterator[UUID]:
    """Yield the clinics that the person agreed to beforehand and that can be asked, in order.

    None after a no that advises something else than another clinic.
    """
    other_way = appointment.next_step not in (None, NextStep.OTHER_CLINIC)
    if other_way or Fact.HOPS_LEFT not in facts(appointment, mover):
        return
    for clinic_id in map(UUID, appointment.also_ask):
        clinic = session.get(Clinic, clinic_id)
        if clinic is None or not takes_requests(
            clinic.standing, clinic.accepting, paused=clinic.paused
        ):
            continue
        if not _asked(session, appointment, clinic_id):
            yield clinic_id


def _copy(appointment: Appointment, clinic: Clinic, mover: Mover) -> Appointment:
    new_id = uuid4()
    old_key = mover.vault.open_key(appointment.id, appointment.wrapped_key or b"")
    person = old_key.unseal(PERSON, appointment.person)
    key = mover.vault.new_key(new_id)
    open_windows = windows.still_open(appointment.preferred_windows, clinic.timezone, now=mover.now)
    return Appointment(
        **{name: getattr(appointment, name) for name in TAKEN_ALONG},
        id=new_id,
        clinic_id=clinic.id,
        reference=reference_from(new_id.int),
        token_hash=token_hash(mover.vault.link_token(new_id)),
        fingerprint=appointment.fingerprint,
        state=State.REQUESTED,
        preferred_windows=open_windows,
        answer_by=mover.now,
        expires_at=mover.now,
        since=mover.now,
        also_ask=[other for other in appointment.also_ask if other != str(clinic.id)],
        hop=appointment.hop + 1,
        created_at=mover.now,
        updated_at=mover.now,
        wrapped_key=key.wrapped,
        person=key.seal(PERSON, person),
        **indexes(person, clinic.id, mover.vault),
    )


def _open_clinic(session: Session, clinic_id: UUID) -> Clinic:
    check_open(session.get(Clinic, clinic_id))
    return session.get_one(Clinic, clinic_id)


def _check_unasked(session: Session, appointment: Appointment, clinic_id: UUID) -> None:
    if _asked(session, appointment, clinic_id):
        raise _asked_already()


def _store(session: Session, following: Appointment) -> None:
    """Store the new request; another one of the same need may ask the clinic at this moment."""
    try:
        with session.begin_nested():
            session.add(following)
    except IntegrityError as error:
        raise _asked_already() from error


def _asked_already() -> ConflictError:
    return ConflictError(
        N_("This clinic has been asked already. Choose another one."), code="already-requested"
    )


def _asked(session: Session, appointment: Appointment, clinic_id: UUID) -> bool:
    same_need = select(Appointment.id).where(
        col(Appointment.assessment_id) == appointment.assessment_id,
        col(Appointment.clinic_id) == clinic_id,
    )
    return session.exec(same_need).first() is not None
