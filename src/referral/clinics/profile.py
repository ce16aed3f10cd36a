"""A clinic's own record: read, changed, and its chiropractors kept."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select as sa_select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.representations import OwnClinic
from referral.clinics.schemas import ChiropractorChanges, ClinicChanges, NewChiropractor
from referral.clinics.search import by_id
from referral.clinics.upkeep import end_our_pause, locked, rank_anew, told
from referral.errors import ConflictError, NotFoundError
from referral.text import N_

PRIVATE = ("email", "paused_because", "updated_at")


def read(session: Session, clinic_id: UUID) -> OwnClinic:
    """Return everything we keep about a clinic."""
    row = by_id(session.connection(), clinic_id, public=False)
    own = sa_select(*(getattr(Clinic, name) for name in PRIVATE)).where(col(Clinic.id) == clinic_id)
    kept = session.connection().execute(own).one()
    return OwnClinic.model_validate(row | kept._asdict())


def change(
    session: Session,
    clinic_id: UUID,
    changes: ClinicChanges,
    *,
    check: Callable[[OwnClinic], None],
    now: datetime,
) -> OwnClinic:
    """Change what `changes` names; `check` sees the record first, and raises if it is stale.

    Answers that were promised keep their time: the person was told it.
    """
    clinic = locked(session, clinic_id)
    check(read(session, clinic_id))
    given = changes.model_dump(exclude_unset=True)
    if "closed_on" in given:
        given["closed_on"] = [day.isoformat() for day in given["closed_on"]]
    if "paused" in given:
        end_our_pause(clinic, now=now)
    clinic.sqlmodel_update({**given, "updated_at": now})
    clinic.told_on = clinic.told_on | told(given, now=now)
    rank_anew(clinic, now=now)
    session.flush()
    return read(session, clinic_id)


def add_chiropractor(
    session: Session, clinic_id: UUID, details: NewChiropractor, *, now: datetime
) -> Chiropractor:
    """Store a person who treats at the clinic."""
    locked(session, clinic_id).updated_at = now
    person = Chiropractor(clinic_id=clinic_id, **details.model_dump())
    session.add(person)
    session.flush()
    return person


def change_chiropractor(
    session: Session,
    clinic_id: UUID,
    person_id: UUID,
    changes: ChiropractorChanges,
    *,
    now: datetime,
) -> Chiropractor:
    """Change what `changes` names; NotFoundError for one who is not of this clinic."""
    person = _own(session, clinic_id, person_id, now=now)
    person.sqlmodel_update(changes.model_dump(exclude_unset=True))
    session.flush()
    return person


def remove_chiropractor(
    session: Session, clinic_id: UUID, person_id: UUID, *, now: datetime
) -> None:
    """Delete a person who has no visits.

    Raises ConflictError for one who has, or had, and NotFoundError as `change_chiropractor` does.
    """
    person = _own(session, clinic_id, person_id, now=now)
    try:
        with session.begin_nested():
            session.delete(person)
    except IntegrityError as error:
        # The database knows who refers to them, without this package knowing requests.
        raise ConflictError(
            N_("This chiropractor has visits, so the name must stay with them."),
            code="chiropractor-has-visits",
        ) from error


def _own(session: Session, clinic_id: UUID, person_id: UUID, *, now: datetime) -> Chiropractor:
    """Return one of the clinic's people, to be changed."""
    # Before the person is read: who waits here must see that the one before removed them.
    locked(session, clinic_id).updated_at = now
    person = session.get(Chiropractor, person_id)
    if person is None or person.clinic_id != clinic_id:
        raise NotFoundError(N_("There is no such chiropractor at this clinic."))
    return person
