"""What a person may do with what is held about them: have a copy of it, and have it erased."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from referral.appointments import consent
from referral.appointments.details import assessment_of, person_of
from referral.appointments.following.copies import CopiedRequest, Copy, LetterSent
from referral.appointments.following.own_request import patient, seen
from referral.appointments.life.erasing import erase
from referral.appointments.life.movers import Mover
from referral.appointments.life.moves import actions, move
from referral.appointments.life.submission import Desk
from referral.appointments.links import held
from referral.appointments.models import Appointment
from referral.appointments.states import Action, Actor
from referral.appointments.steps import PatientStep, SystemStep
from referral.clinics.models import Clinic
from referral.db import Database
from referral.languages import words
from referral.notices import outbox
from referral.notices.models import Audience
from referral.text import N_
from referral.tries import Limit, attempt

MOST_LOOKS = 500
MOST_LETTERS = 100
LIMIT = Limit(
    most=5,
    within=timedelta(hours=1),
    sentence=N_("There were too many tries. Wait an hour, then try again."),
)
NOT_GIVEN = N_("That is not the e-mail address or phone number that you gave with this request.")
# What ends a request: its owner while they can, else what time would make of it.
ENDINGS = (
    (Actor.PATIENT, Action.CANCEL),
    (Actor.SYSTEM, Action.COMPLETE),
    (Actor.SYSTEM, Action.CANCEL),
)
# As the person's page shows them.
SHOWN = (
    *("reference", "state", "clinic", "preferred_windows", "answer_by", "booking", "offered_times"),
    *("decision", "history", "looks", "more_looks"),
)


def is_theirs(session: Session, token: str, contact: str, *, desk: Desk) -> bool:
    """Return whether `contact` was given with the request behind a private link.

    A wrong one is counted in the caller's transaction, which must be kept; TooManyError after five
    within an hour. NotFoundError, ErasedError.
    """
    own = held(session, token, lock=False)
    return attempt(
        session,
        desk.vault.fingerprint(b"copy:" + own.id.bytes),
        lambda: _is_known(own, contact, desk),
        limit=LIMIT,
        now=desk.now,
    )


def copy(session: Session, token: str, *, desk: Desk) -> Copy:
    """Return all that is held about who has a private link, in words of the language spoken.

    Notes that staff keep for each other are theirs. To be asked after `is_theirs`. NotFoundError,
    ErasedError.
    """
    own = held(session, token, lock=False)
    chain = sorted(_chain(session, own), key=lambda row: row.created_at)
    zone = ZoneInfo(session.get_one(Clinic, own.clinic_id).timezone)
    requests = [_copied(session, row, desk) for row in chain]
    return Copy(made_at=desk.now.astimezone(zone), requests=requests)


def erase_all(database: Database, token: str, *, desk: Desk) -> None:
    """Call off what is not over behind a private link, and erase it; NotFoundError, ErasedError.

    So with the requests that it came from or went on to, each in a transaction of its own; the one
    of the link is the last, so that a call that broke off can be made again.
    """
    with database.reading() as session:
        own_id = held(session, token, lock=False).id
    while _erase_next(database, own_id, desk):
        pass


def _erase_next(database: Database, own_id: UUID, desk: Desk) -> bool:
    """Erase the next request of the chain; return whether there may be more."""
    with database.unit_of_work() as session:
        own = session.get_one(Appointment, own_id)
        left = sorted((row.id for row in _chain(session, own)), key=lambda each: each == own_id)
        # Whoever was quicker has erased that one, and not the others.
        if left and (appointment := _locked(session, left[0])):
            _end(session, appointment, desk)
            erase(session, appointment, actor=Actor.PATIENT, vault=desk.vault, now=desk.now)
    return bool(left)


def _locked(session: Session, appointment_id: UUID) -> Appointment | None:
    """Return a request unless it was erased before the lock was had."""
    still = select(Appointment).where(
        col(Appointment.id) == appointment_id, col(Appointment.wrapped_key).is_not(None)
    )
    # Nothing that was read before the lock counts.
    return session.exec(still.with_for_update().execution_options(populate_existing=True)).first()


def _chain(session: Session, own: Appointment) -> list[Appointment]:
    """Return the requests of one need that are not erased, as one was sent on to the next."""
    same_answers = select(Appointment).where(col(Appointment.assessment_id) == own.assessment_id)
    rows = {row.id: row for row in session.exec(same_answers)}
    before = {row.sent_on_to: row.id for row in rows.values() if row.sent_on_to}
    after = {earlier: later for later, earlier in before.items()}
    linked = [*_walk(own.id, before), own.id, *_walk(own.id, after)]
    return [rows[each] for each in linked if rows[each].wrapped_key is not None]


def _walk(start: UUID, steps: Mapping[UUID, UUID]) -> Iterator[UUID]:
    following = steps.get(start)
    while following is not None:
        yield following
        following = steps.get(following)


def _end(session: Session, appointment: Appointment, desk: Desk) -> None:
    """Bring what is not over to its end, and tell the clinic as that does."""
    for actor, action in ENDINGS:
        mover = patient(desk) if actor is Actor.PATIENT else _system(desk)
        if action in actions(appointment, mover):
            step = (PatientStep if actor is Actor.PATIENT else SystemStep)(action=action)
            move(session, appointment, step, mover=mover, expected=None)
            return


def _system(desk: Desk) -> Mover:
    return Mover(Actor.SYSTEM, "system", desk.now, desk.vault, desk.answer_days)


def _is_known(appointment: Appointment, contact: str, desk: Desk) -> bool:
    person = person_of(appointment, desk.vault)
    given = (person.email, person.phone) if person else ()
    return contact.casefold() in {each.casefold() for each in given if each}


def _copied(session: Session, appointment: Appointment, desk: Desk) -> CopiedRequest:
    followed = seen(session, appointment, patient(desk), MOST_LOOKS)
    zone = ZoneInfo(followed.clinic.timezone)
    return CopiedRequest(
        **{name: getattr(followed, name) for name in SHOWN},
        person=person_of(appointment, desk.vault),
        level=appointment.level,
        doctor_cleared=appointment.doctor_cleared,
        assessment=assessment_of(session, appointment, desk.vault),
        also_ask=_names(session, appointment),
        language=appointment.language,
        consent_version=appointment.consent_version,
        consent=[words(each) for each in consent.TEXTS[appointment.consent_version]],
        created_at=appointment.created_at.astimezone(zone),
        letters=_letters(session, appointment, zone),
    )


def _names(session: Session, appointment: Appointment) -> list[str]:
    ids = [UUID(each) for each in appointment.also_ask]
    named = select(Clinic.id, Clinic.name).where(col(Clinic.id).in_(ids))
    names = dict(session.exec(named).all())
    return [names[each] for each in ids if each in names]


def _letters(session: Session, appointment: Appointment, zone: ZoneInfo) -> list[LetterSent]:
    sent = outbox.sent_to(session, appointment.id, Audience.PATIENT, limit=MOST_LETTERS)
    return [LetterSent(kind=kind, sent_at=at.astimezone(zone)) for kind, at in sent]
